package brume.autograd.function.linear;

import static brume.autograd.function.linear.Einsum.einsum;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import java.util.Arrays;

/**
 * Matrix product, of one pair of matrices or of a batch of them.
 *
 * <pre>
 *   y  = a·b
 *   da = dy·bᵀ,  db = aᵀ·dy
 * </pre>
 *
 * @param at sizes B, M, N, K
 * @param a (..., M, K) saved left factor
 * @param b (K, N) or (..., K, N) saved right factor
 */
public record MatMul(MatmulGeometry at, Tensor a, Tensor b) implements Differentiable {

  /**
   * Multiplies matrices. All axes but the last two are a batch; they are aligned at the last one, and
   * repeated where one of them has size 1 or is missing. A vector on the left is a row, one on the
   * right a column, and the result lacks its axis.
   *
   * @param a (..., M, K) or (K)
   * @param b (..., K, N) or (K)
   * @return (..., M, N)
   * @throws ShapeException if the factors do not share K or their batches do not fit
   */
  public static Variable matmul(Variable a, Variable b) {
    requireShared(a.shape(), b.shape());
    if (!isPlain(a.shape(), b.shape())) {
      return broadcast(a, b);
    }
    MatmulGeometry at = geometry(a.shape(), b.shape());
    Tensor y = a.value().like(a.shape().with(-1, at.n()));
    MatmulKernels.of(y).matmul(at, 1, a.value(), b.value(), 0, y);
    return Variable.of(y, new MatMul(at, a.value(), b.value()), a, b);
  }

  /**
   * Adds a product of matrices to something else, β·c + α·a·b; {@code addmm} and {@code baddbmm} of
   * PyTorch.
   *
   * @param c of the shape of the product
   * @param a (..., M, K)
   * @param b (..., K, N)
   * @param beta factor β
   * @param alpha factor α
   * @return (..., M, N)
   * @throws ShapeException if the factors do not fit each other, or {@code c} their product
   */
  public static Variable addMatmul(Variable c, Variable a, Variable b, double beta, double alpha) {
    return add(scale(c, beta), scale(matmul(a, b), alpha));
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

  /** Whether there are only matrices, and one of b for all of a or one for each. */
  private static boolean isPlain(Shape a, Shape b) {
    return a.rank() >= 2 && (b.rank() == 2 || b.rank() > 2 && batch(a).equals(batch(b)));
  }

  /** Products of vectors, and batches that have to be repeated. */
  private static Variable broadcast(Variable a, Variable b) {
    boolean row = a.shape().rank() == 1, column = b.shape().rank() == 1;
    String spec = Text.of(
        "%s,%s->...%s%s",
        row ? "k" : "...mk", column ? "k" : "...kn", row ? "" : "m", column ? "" : "n");
    return einsum(spec, a, b);
  }

  private static void requireShared(Shape a, Shape b) {
    ShapeException.unless(
        a.rank() > 0 && b.rank() > 0,
        "matmul: expected a (..., M, K) or (K) and b (..., K, N) or (K), got a %s and b %s",
        a,
        b);
    ShapeException.unless(
        a.dim(-1) == b.dim(b.rank() == 1 ? 0 : -2),
        "matmul: expected a (M, K) and b (K, N) to share K, got a %s and b %s",
        a,
        b);
    for (int axis = -3; axis >= -Math.min(a.rank(), b.rank()); axis--) {
      ShapeException.unless(
          a.dim(axis) == b.dim(axis) || a.dim(axis) == 1 || b.dim(axis) == 1,
          "matmul: expected a (B, M, K) and b (B, K, N) to share B, got a %s and b %s",
          a,
          b);
    }
  }

  private static MatmulGeometry geometry(Shape a, Shape b) {
    int m = a.dim(-2), n = b.dim(-1), k = a.dim(-1), batch = batch(a).size();
    return b.rank() == 2
        ? MatmulGeometry.single(batch * m, n, k, false, false)
        : MatmulGeometry.batched(batch, m, n, k, false, false);
  }

  /** Sizes of all axes but the last two. */
  private static Shape batch(Shape matrices) {
    return Shape.of(Arrays.copyOf(matrices.toArray(), matrices.rank() - 2));
  }
}
