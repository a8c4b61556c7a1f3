package brume.diffusion.cli;

import brume.diffusion.data.DataReport;
import brume.diffusion.data.OnePicture;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A picture that tells which part of another one is painted anew.
 *
 * @param option that names the other one
 * @param of the other one
 * @param mask white where it is painted anew, black where it stays
 */
record PaintMask(String option, Path of, Path mask) {

  /**
   * Values of the mask at a size.
   *
   * @return (H·W) row by row, 0.5 and above where the picture is painted anew
   * @throws IOException if one of the two pictures cannot be read
   * @throws UsageException if they have different sizes, or all is painted or nothing
   */
  float[] read(int height, int width) throws IOException {
    requireSameSize();
    float[] painted = OnePicture.read(mask, Shape.of(height, width, 1));
    int count = 0;
    for (float each : painted) {
      count += each >= 0.5f ? 1 : 0;
    }
    UsageException.unless(
        count > 0 && count < painted.length,
        "--mask: expected white where the picture is painted anew and black where it stays, got only "
            + (count == 0 ? "black" : "white"));
    return painted;
  }

  private void requireSameSize() throws IOException {
    DataReport.Size ofPicture = OnePicture.size(of), ofMask = OnePicture.size(mask);
    UsageException.unless(
        ofPicture.equals(ofMask),
        Text.of(
            "--mask: expected a picture of the size of %s, %dx%d (height x width), got %dx%d",
            option, ofPicture.height(), ofPicture.width(), ofMask.height(), ofMask.width()));
  }
}
