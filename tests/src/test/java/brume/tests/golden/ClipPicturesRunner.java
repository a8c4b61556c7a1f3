package brume.tests.golden;

import brume.diffusion.data.ClipPictures;
import brume.diffusion.image.Picture;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.nio.file.Path;

/** Pictures as CLIP looks at them, from files beside the case. */
final class ClipPicturesRunner implements CaseRunner {

  @Override
  public boolean knows(GoldenCase asked) {
    return asked.kind().equals("image")
        && asked.attrs().path("class").asText().equals("CLIPImageProcessor");
  }

  @Override
  public void run(GoldenCase asked, Backend on, Comparison results) throws IOException {
    Path folder = asked.path().toAbsolutePath().getParent();
    ClipPictures preparation = ClipPictures.open(folder);
    for (int i = 0; i < asked.attrs().path("images").size(); i++) {
      Picture picture =
          ClipPictures.read(folder.resolve(asked.attrs().path("images").path(i).asText()));
      requireSame(asked, "input.image" + i, picture);
      results.check("output.resized" + i, levels(preparation.resized(picture)));
      Picture cut = preparation.sized(picture);
      double[] values = preparation.values(picture);
      int[] shape = {1, cut.height(), cut.width(), cut.channels()};
      results.check(
          "output.pixel_values" + i, ChannelsLast.unload(Tensor.of(on, Shape.of(shape), values)));
    }
  }

  private static void requireSame(GoldenCase asked, String tensor, Picture picture)
      throws IOException {
    long[] stored = asked.longs(tensor);
    double[] read = levels(picture);
    for (int i = 0; i < stored.length; i++) {
      if (stored.length != read.length || stored[i] != read[i]) {
        throw new IOException(tensor + ": expected the same picture, got another level at " + i);
      }
    }
  }

  private static double[] levels(Picture picture) {
    byte[] bytes = picture.toBytes();
    double[] levels = new double[bytes.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = bytes[i] & 0xFF;
    }
    return levels;
  }
}
