package brume.tensor.kernel;

import brume.tensor.Tensor;
import java.util.List;

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
   * Puts the rows of matrices side by side: y[r] = (xs₀[r], xs₁[r], ...).
   *
   * @param rows of each of them
   * @param xs inputs, each of its own number of columns
   * @param y result, of the sum of their sizes
   */
  default void join(int rows, List<Tensor> xs, Tensor y) {
    int stride = y.shape().size() / Math.max(1, rows), at = 0;
    for (Tensor x : xs) {
      int columns = x.shape().size() / Math.max(1, rows);
      copyBlock(rows, columns, x, 0, columns, y, at, stride);
      at += columns;
    }
  }

  /**
   * Undoes {@link #join}.
   *
   * @param rows of each matrix
   * @param y input
   * @param xs results
   */
  default void split(int rows, Tensor y, List<Tensor> xs) {
    int stride = y.shape().size() / Math.max(1, rows), at = 0;
    for (Tensor x : xs) {
      int columns = x.shape().size() / Math.max(1, rows);
      copyBlock(rows, columns, y, at, stride, x, 0, columns);
      at += columns;
    }
  }

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
