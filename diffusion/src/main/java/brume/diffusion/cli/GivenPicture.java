package brume.diffusion.cli;

import brume.diffusion.data.DataReport;
import brume.diffusion.data.OnePicture;
import brume.diffusion.data.PictureSize;
import brume.diffusion.data.PictureTensor;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Path;

/** Pictures that are given to steer samples, as those of a run are. */
final class GivenPicture {

  private GivenPicture() {}

  /**
   * (1, H, W, C) a picture in the range of the model. What of it is lost, because it has another size or
   * colours that the run does not know, is told.
   */
  static Tensor read(String option, Path file, Shape picture, Device device) throws IOException {
    return read(option, file, picture, "the pictures of the run", device);
  }

  /** The same where pictures of another kind, which are called so, are wanted. */
  static Tensor read(String option, Path file, Shape picture, String what, Device device)
      throws IOException {
    Tensor read = PictureTensor.of(device, batched(picture), OnePicture.read(file, picture));
    DataReport.Size size = OnePicture.size(file);
    PictureSize wanted = new PictureSize(picture.dim(0), picture.dim(1));
    if (size.height() != wanted.height() || size.width() != wanted.width()) {
      Telling.warn(Text.of(
          "%s: %s has %dx%d pixels (height x width), %s %dx%d; it is scaled",
          option, file, size.height(), size.width(), what, wanted.height(), wanted.width()));
    }
    if (picture.dim(2) == 1 && OnePicture.isColored(file, wanted)) {
      Telling.warn(Text.of(
          "%s: %s has colours, which %s have not; it is taken as grey", option, file, what));
    }
    return read;
  }

  /** (1, H, W, C). */
  static Shape batched(Shape picture) {
    return Shape.of(1, picture.dim(0), picture.dim(1), picture.dim(2));
  }
}
