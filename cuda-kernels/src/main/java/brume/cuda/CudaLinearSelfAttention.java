package brume.cuda;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.IndexingKernels;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulKernels;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.ReductionGeometry;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.kernel.ReductionKernels;
import brume.tensor.kernel.UnaryFunction;

/**
 * Linear attention of a tensor to itself on the GPU: a matrix product makes queries, keys and values in
 * scratch memory, and makes them again for the gradients. A faster version would keep a head's blocks of
 * them in shared memory, as the CPU keeps them in its cache.
 */
final class CudaLinearSelfAttention {

  private final MatmulKernels matmul;
  private final ReductionKernels reduction;
  private final ActivationKernels activation;
  private final IndexingKernels indexing;

  CudaLinearSelfAttention(
      MatmulKernels matmul,
      ReductionKernels reduction,
      ActivationKernels activation,
      IndexingKernels indexing) {
    this.matmul = matmul;
    this.reduction = reduction;
    this.activation = activation;
    this.indexing = indexing;
  }

  void forward(
      AttentionKernels linear,
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      double scale,
      Tensor y,
      Tensor keyMax,
      Tensor keySum,
      Tensor context) {
    int N = at.n(), inner = at.inner();
    try (Scope scratch = Scope.open()) {
      Tensor qkv = projected(at, x, w), qhat = x.like(Shape.of(N, at.lq(), inner));
      Tensor khat = qhat.like();
      linear.linearAttention(at, qkv, qkv, qkv, scale, y, qhat, khat, context);
      Tensor largest = x.like(Shape.of(N, 3 * inner));
      reduction.reduce(Reduction.MAXIMUM, 0, overPositions(qkv), qkv, largest);
      indexing.copyBlock(N, inner, largest, inner, 3 * inner, keyMax, 0, inner);
      // The largest weight of a column is e^0 over its sum.
      Tensor largestWeight = keySum.like();
      reduction.reduce(Reduction.MAXIMUM, 0, overPositions(khat), khat, largestWeight);
      activation.apply(UnaryFunction.RECIPROCAL, 0, largestWeight, keySum);
    }
  }

  void backward(
      AttentionKernels linear,
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      double scale,
      Tensor context,
      Tensor dy,
      Tensor dx,
      Tensor dw) {
    int rows = at.n() * at.lq(), C = x.shape().dim(-1), wide = 3 * at.inner();
    try (Scope scratch = Scope.open()) {
      Tensor qkv = projected(at, x, w), qhat = dy.like(), khat = dy.like();
      linear.linearAttention(at, qkv, qkv, qkv, scale, dy.like(), qhat, khat, context.like());
      Tensor d = qkv.like();
      linear.linearAttentionGrad(at, qkv, scale, qhat, khat, context, dy, d, d, d);
      matmul.matmul(MatmulGeometry.single(rows, C, wide, false, false), 1, d, w, 0, dx);
      matmul.matmul(MatmulGeometry.single(wide, C, rows, true, false), 1, d, x, 0, dw);
    }
  }

  /** Queries, keys and values side by side, x·wᵀ. */
  private Tensor projected(AttentionGeometry at, Tensor x, Tensor w) {
    int rows = at.n() * at.lq(), C = x.shape().dim(-1), wide = 3 * at.inner();
    Tensor qkv = x.like(Shape.of(at.n(), at.lq(), wide));
    matmul.matmul(MatmulGeometry.single(rows, wide, C, false, true), 1, x, w, 0, qkv);
    return qkv;
  }

  private static ReductionGeometry overPositions(Tensor x) {
    return ReductionGeometry.of("linearSelfAttention", x.shape(), Axes.of(1));
  }
}
