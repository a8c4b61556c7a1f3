package brume.tensor.kernel;

import brume.tensor.Tensor;

/** Moving numbers: what concatenation, slices, padding, lookups and their gradients are made of. */
public interface IndexingKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static IndexingKernels of(Tensor t) {
    return Backend.of(t).indexing();
  }

  /**
   * Copies a block: for r &lt; rows and c &lt; columns, y[yAt + r·yStride + c] = x[xAt + r·xStride + c].
   *
   * @param rows number of rows
   * @param columns contiguous elements per row
   * @param x source
   * @param xAt first element of the source
   * @param xStride elements from one row of the source to the next
   * @param y destination; elements outside the block stay as they are
   * @param yAt first element of the destination
   * @param yStride elements from one row of the destination to the next
   */
  void copyBlock(
      int rows, int columns, Tensor x, int xAt, int xStride, Tensor y, int yAt, int yStride);

  /**
   * Exchanges axes: y's axis i is x's axis {@code axes[i]}.
   *
   * @param x input
   * @param axes a permutation of 0 .. rank − 1
   * @param y result
   */
  void permute(Tensor x, int[] axes, Tensor y);

  /**
   * Maps one axis: y[b, j, c] = Σ w·x[b, i, c] over the terms (i, w) of output j.
   *
   * @param map the terms
   * @param blocks product of the sizes before the axis
   * @param columns product of the sizes after the axis
   * @param x (blocks, inputs of the map, columns) input
   * @param elsewhere result of outputs without any term
   * @param y (blocks, outputs of the map, columns) result
   */
  void mapAxis(AxisMap map, int blocks, int columns, Tensor x, double elsewhere, Tensor y);
}
