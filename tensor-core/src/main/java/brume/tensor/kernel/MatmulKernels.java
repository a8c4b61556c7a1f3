package brume.tensor.kernel;

import brume.tensor.DType;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Matrix products, batched. */
public interface MatmulKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static MatmulKernels of(Tensor t) {
    return Backend.of(t).matmul();
  }

  /**
   * For every matrix of the batch, C = α·op(A)·op(B) + β·C. With β = 0 the old numbers of C are never
   * read.
   *
   * @param at sizes, transposes, strides
   * @param alpha factor α
   * @param a left matrices
   * @param b right matrices; one alone may be of {@linkplain DType#isHalf() half width}
   * @param beta factor β of what C held
   * @param c result
   */
  void matmul(MatmulGeometry at, double alpha, Tensor a, Tensor b, double beta, Tensor c);

  /**
   * A fully connected layer: y = x·wᵀ + b.
   *
   * @param rows of x and y
   * @param x (rows, In) input
   * @param w (Out, In) weight
   * @param b (Out) bias
   * @param y (rows, Out) result
   */
  default void linear(int rows, Tensor x, Tensor w, Tensor b, Tensor y) {
    int out = w.shape().dim(0), in = w.shape().dim(1);
    matmul(MatmulGeometry.single(rows, out, in, false, true), 1, x, w, 0, y);
    ElementwiseKernels.of(y).addPerChannel(y, b, y);
  }

  /**
   * Fully connected layers that read the same input: {@link #linear} of each.
   *
   * @param rows of x and the ys
   * @param x (rows, In) input
   * @param ws (Outᵢ, In) weights
   * @param bs (Outᵢ) biases
   * @param ys (rows, Outᵢ) results
   */
  default void linears(int rows, Tensor x, List<Tensor> ws, List<Tensor> bs, List<Tensor> ys) {
    for (int i = 0; i < ws.size(); i++) {
      linear(rows, x, ws.get(i), bs.get(i), ys.get(i));
    }
  }

  /**
   * Gradients of {@link #linear}: dx = dy·w, dw = dyᵀ·x, db = Σ dy over rows.
   *
   * @param rows of x and y
   * @param x (rows, In) input of the forward pass
   * @param w (Out, In) weight
   * @param dy (rows, Out) gradient with respect to y
   * @param before (rows, In) what is added to dx, if anything
   * @param dx (rows, In) receives the gradient with respect to x
   * @param dw (Out, In) receives the gradient with respect to w
   * @param db (Out) receives the gradient with respect to b
   */
  default void linearGrad(
      int rows,
      Tensor x,
      Tensor w,
      Tensor dy,
      Optional<Tensor> before,
      Tensor dx,
      Tensor dw,
      Tensor db) {
    int out = w.shape().dim(0), in = w.shape().dim(1);
    matmul(MatmulGeometry.single(rows, in, out, false, false), 1, dy, w, 0, dx);
    before.ifPresent(part -> ElementwiseKernels.of(dx).add(part, dx, dx));
    matmul(MatmulGeometry.single(out, in, rows, true, false), 1, dy, x, 0, dw);
    ReductionKernels.of(db).sumPerChannel(dy, db);
  }

  /**
   * Gradients of {@link #linears}: {@link #linearGrad} of each layer, all of whose dx are added up in the
   * order of the layers.
   *
   * @param rows of x and the ys
   * @param x (rows, In) input of the forward pass
   * @param ws (Outᵢ, In) weights, at least one
   * @param dys (rows, Outᵢ) gradients with respect to the ys
   * @param before (rows, In) what is added to dx, if anything
   * @param dx (rows, In) receives the gradient with respect to x
   * @param dws (Outᵢ, In) receive the gradients with respect to the ws
   * @param dbs (Outᵢ) receive the gradients with respect to the biases
   */
  default void linearGrads(
      int rows,
      Tensor x,
      List<Tensor> ws,
      List<Tensor> dys,
      Optional<Tensor> before,
      Tensor dx,
      List<Tensor> dws,
      List<Tensor> dbs) {
    try (Scope scratch = Scope.open("MatmulKernels.linearGrads")) {
      Optional<Tensor> sum = before;
      for (int i = 0; i < ws.size(); i++) {
        Tensor next = i == ws.size() - 1 ? dx : dx.like();
        linearGrad(rows, x, ws.get(i), dys.get(i), sum, next, dws.get(i), dbs.get(i));
        sum = Optional.of(next);
      }
    }
  }
}
