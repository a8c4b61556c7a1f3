package brume.tensor.cpu.norm;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.HeapStorage;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Columns;
import java.util.Optional;

/**
 * What stands around a normalization and is added to a block of positions while it is in the cache.
 *
 * @param bias (C) added to x before, or (0)
 * @param residual (N, ..., C) added to y afterwards, or (0)
 */
record Around(float[] bias, float[] residual) {

  private static final float[] NONE = {};

  static final Around NOTHING = new Around(NONE, NONE);

  /** Some of it; x will be written to where there is a bias. */
  static Around of(Optional<Tensor> bias, Tensor x, Optional<Tensor> residual) {
    return new Around(
        bias.isPresent() ? biasOf(bias.get(), x) : NONE,
        residual.map(HeapStorage::floats).orElse(NONE));
  }

  private static float[] biasOf(Tensor bias, Tensor x) {
    writableFloats(x); // counts the change
    return floats(bias);
  }

  /** x += bias, for some rows from {@code at} on. */
  void before(float[] x, int at, int rows, int C) {
    if (bias.length > 0) {
      NormColumns.addToRows(x, at, rows, C, bias);
    }
  }

  /** y += residual, for some rows from {@code at} on. */
  void after(float[] y, int at, int rows, int C) {
    if (residual.length > 0) {
      Columns.add(rows * C, residual, at, y, at);
    }
  }
}
