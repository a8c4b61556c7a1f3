package brume.tensor.cpu.winograd;

import brume.tensor.cpu.patches.PatchGeometry;

/**
 * How {@link Winograd} cuts a result into tiles of four by four pixels: a strip is a row of tiles of
 * one image, and strips of all images are numbered through.
 *
 * @param at where the patches lie that give the result
 */
record WinogradTiles(PatchGeometry at) {

  /** Pixels of a tile in each direction. */
  static final int SIZE = 4;

  /** Tiles of a strip. */
  int perStrip() {
    return (at.ow() + SIZE - 1) / SIZE;
  }

  private int stripsPerImage() {
    return (at.oh() + SIZE - 1) / SIZE;
  }

  /** Tiles of an image. */
  int perImage() {
    return stripsPerImage() * perStrip();
  }

  /** Strips of the batch. */
  int strips() {
    return at.n() * stripsPerImage();
  }

  /** Tiles of the batch. */
  int count() {
    return strips() * perStrip();
  }

  /** The image a strip lies in. */
  int image(int strip) {
    return strip / stripsPerImage();
  }

  /** The first row of pixels of a strip. */
  int top(int strip) {
    return strip % stripsPerImage() * SIZE;
  }
}
