package brume.diffusion.data.augment;

import brume.tensor.Shape;

/**
 * How the values of a picture lie in memory: row by row, the channels of a pixel together.
 *
 * @param height H in pixels
 * @param width W in pixels
 * @param channels C
 */
record Raster(int height, int width, int channels) {

  Raster(Shape sample) {
    this(sample.dim(0), sample.dim(1), sample.dim(2));
  }

  int size() {
    return Shape.product(height, width, channels);
  }

  /** Where the values of a pixel begin. */
  int at(int y, int x) {
    return (y * width + x) * channels;
  }

  /** The pixel that a mirror at the first and the last of n shows at a place outside of them. */
  static int mirrored(int place, int n) {
    return n - 1 - Math.abs(n - 1 - Math.floorMod(place, 2 * n - 2));
  }
}
