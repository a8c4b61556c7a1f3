package brume.autograd.function;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;

/**
 * Matrix product, of one pair of matrices or of a batch of them.
 *
 * <pre>
 *   y  = a·b
 *   da = dy·bᵀ,  db = aᵀ·dy
 * </pre>
 *
 * @param at sizes B, M, N, K
 * @param a (M, K) or (B, M, K) saved left factor
 * @param b (K, N) or (B, K, N) saved right factor
 */
public record MatMul(MatmulGeometry at, Tensor a, Tensor b) implements Differentiable {

  /**
   * Multiplies matrices. A batch on the left times one matrix on the right is a product of its own.
   *
   * @param a (M, K) or (B, M, K)
   * @param b (K, N), or (B, K, N) if {@code a} is a batch
   * @return (M, N) or (B, M, N)
   * @throws ShapeException if the matrices do not share K or the batches do not share B
   */
  public static Variable matmul(Variable a, Variable b) {
    MatmulGeometry at = geometry(a.shape(), b.shape());
    Tensor y = a.value().like(a.shape().with(-1, at.n()));
    MatmulKernels.of(y).matmul(at, 1, a.value(), b.value(), 0, y);
    return Variable.of(y, new MatMul(at, a.value(), b.value()), a, b);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    grads.put(0, () -> {
      Tensor da = a.like();
      MatmulGeometry sizes =
          MatmulGeometry.batched(at.batch(), at.m(), at.k(), at.n(), false, true);
      MatmulKernels.of(da).matmul(sizes, 1, dy, b, 0, da);
      return da;
    });
    grads.put(1, () -> {
      Tensor db = b.like();
      MatmulGeometry sizes =
          MatmulGeometry.batched(at.batch(), at.k(), at.n(), at.m(), true, false);
      MatmulKernels.of(db).matmul(sizes, 1, a, dy, 0, db);
      return db;
    });
  }

  private static MatmulGeometry geometry(Shape a, Shape b) {
    ShapeException.unless(
        (a.rank() == 2 || a.rank() == 3) && (b.rank() == 2 || b.rank() == a.rank()),
        "matmul: expected a (M, K) or (B, M, K) and b (K, N) or, if a is a batch, (B, K, N), got a %s"
            + " and b %s",
        a,
        b);
    ShapeException.unless(
        a.dim(-1) == b.dim(-2),
        "matmul: expected a (M, K) and b (K, N) to share K, got a %s and b %s",
        a,
        b);
    int m = a.dim(-2), n = b.dim(-1), k = a.dim(-1);
    if (a.rank() == 2) {
      return MatmulGeometry.single(m, n, k, false, false);
    }
    if (b.rank() == 2) {
      return MatmulGeometry.single(a.dim(0) * m, n, k, false, false);
    }
    ShapeException.unless(
        a.dim(0) == b.dim(0),
        "matmul: expected a (B, M, K) and b (B, K, N) to share B, got a %s and b %s",
        a,
        b);
    return MatmulGeometry.batched(a.dim(0), m, n, k, false, false);
  }
}
