package brume.cuda;

import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionGeometry.Columns;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulGeometry.Layout;

/**
 * One matrix for each sample and head, where it lies in a tensor, as it is or transposed.
 *
 * @param tensor the numbers
 * @param rows as stored
 * @param columns as stored
 * @param transposed whether products see the transpose
 * @param layout where the first head of each sample lies
 * @param head elements from one head to the next
 */
record HeadMatrices(
    Tensor tensor, int rows, int columns, boolean transposed, Layout layout, int head) {

  /** L positions of D channels, in a range of the tensor's columns. */
  static HeadMatrices of(int L, int D, Columns columns, Tensor t) {
    Layout layout = new Layout(columns.at(), columns.row(), L * columns.row());
    return new HeadMatrices(t, L, D, false, layout, D);
  }

  /** L positions of D channels, with nothing but heads in the tensor. */
  static HeadMatrices dense(AttentionGeometry at, int L, int D, Tensor t) {
    return of(L, D, new Columns(0, at.heads() * D), t);
  }

  /** A tensor (N, heads, rows, columns). */
  static HeadMatrices apart(AttentionGeometry at, int rows, int columns, Tensor t) {
    int matrix = rows * columns;
    Layout layout = new Layout(0, columns, at.heads() * matrix);
    return new HeadMatrices(t, rows, columns, false, layout, matrix);
  }

  HeadMatrices transpose() {
    return new HeadMatrices(tensor, rows, columns, !transposed, layout, head);
  }

  /** The same place in another tensor of the same shape. */
  HeadMatrices in(Tensor other) {
    return new HeadMatrices(other, rows, columns, transposed, layout, head);
  }

  /** The sizes of the products of these with others, head by head, for all samples. */
  MatmulGeometry times(HeadMatrices right, HeadMatrices result, int samples) {
    return new MatmulGeometry(
        samples,
        transposed ? columns : rows,
        right.transposed ? right.rows : right.columns,
        transposed ? rows : columns,
        transposed,
        right.transposed,
        layout,
        right.layout,
        result.layout);
  }
}
