package brume.autograd.einsum;

import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.StridedView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One way to see the product of two factors as batches of matrix products. Labels form four groups,
 * each walked over with a single stride wherever it occurs: the batch, rows M, columns N, the sum K.
 *
 * @param swapped whether the left factor is the second of the product
 * @param left holds batch, M and K
 * @param right holds batch, K and N
 * @param result holds batch, M and N, with rows of N that are contiguous
 * @param batch labels of the batch; the first ones may need calls of their own
 * @param m labels of M
 * @param n labels of N
 * @param k labels of K
 */
record ProductLayout(
    boolean swapped,
    Factor left,
    Factor right,
    Factor result,
    String batch,
    String m,
    String n,
    String k) {

  /** The rows and columns of a factor: stored row by row, or column by column if transposed. */
  private record Matrix(int row, boolean transposed) {

    static Optional<Matrix> of(Factor factor, String rows, String columns) {
      OptionalInt row = factor.strideOf(rows), column = factor.strideOf(columns);
      if (row.isEmpty() || column.isEmpty()) {
        return Optional.empty();
      }
      if (column.getAsInt() <= 1) { // 0 if there is only one column
        int width = factor.view(columns).count();
        return Optional.of(new Matrix(rows.isEmpty() ? width : row.getAsInt(), false));
      }
      if (row.getAsInt() <= 1) {
        return Optional.of(new Matrix(column.getAsInt(), true));
      }
      return Optional.empty();
    }
  }

  /** Whether matrix products can read and write the factors where they lie. */
  boolean isPossible() {
    return Matrix.of(left, m, k).isPresent()
        && Matrix.of(right, k, n).isPresent()
        && Matrix.of(result, m, n).filter(matrix -> !matrix.transposed).isPresent();
  }

  /** Number of batches. */
  int callCount() {
    return left.view(batch.substring(0, outer())).count();
  }

  /** The batches of matrix products. */
  List<MatmulGeometry> calls() {
    String loops = batch.substring(0, outer()), inner = batch.substring(outer());
    Matrix a = Matrix.of(left, m, k).orElseThrow();
    Matrix b = Matrix.of(right, k, n).orElseThrow();
    Matrix c = Matrix.of(result, m, n).orElseThrow();
    StridedView atA = left.view(loops), atB = right.view(loops), atC = result.view(loops);
    List<MatmulGeometry> calls = new ArrayList<>();
    for (int i = 0; i < atA.count(); i++) {
      calls.add(new MatmulGeometry(
          left.view(inner).count(),
          left.view(m).count(),
          right.view(n).count(),
          left.view(k).count(),
          a.transposed,
          b.transposed,
          new MatmulGeometry.Layout(atA.element(i), a.row, stride(left, inner)),
          new MatmulGeometry.Layout(atB.element(i), b.row, stride(right, inner)),
          new MatmulGeometry.Layout(atC.element(i), c.row, stride(result, inner))));
    }
    return List.copyOf(calls);
  }

  /** Number of leading labels of the batch without which the others have a single stride. */
  private int outer() {
    int outer = 0;
    while (!isOneAxis(batch.substring(outer))) {
      outer++;
    }
    return outer;
  }

  private boolean isOneAxis(String labels) {
    return left.strideOf(labels).isPresent()
        && right.strideOf(labels).isPresent()
        && result.strideOf(labels).isPresent();
  }

  private static int stride(Factor factor, String labels) {
    return factor.strideOf(labels).orElseThrow();
  }
}
