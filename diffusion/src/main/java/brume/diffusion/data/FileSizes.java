package brume.diffusion.data;

import brume.tensor.Text;
import java.io.IOException;

/** Sizes of pictures in a file beside those a run was begun with. */
final class FileSizes {

  private FileSizes() {}

  /** The pictures, if they are as before; 0 stands for any size. */
  static Dataset checked(Dataset pictures, String path, int height, int width, int channels)
      throws IOException {
    if (height != 0 && height != pictures.height()
        || width != 0 && width != pictures.width()
        || channels != 0 && channels != pictures.channels()) {
      throw new IOException(Text.of(
              "%s: expected pictures of %dx%d, %d channels, as before, got %dx%d, %d channels; give the",
              path,
              height,
              width,
              channels,
              pictures.height(),
              pictures.width(),
              pictures.channels())
          + " former file");
    }
    return pictures;
  }
}
