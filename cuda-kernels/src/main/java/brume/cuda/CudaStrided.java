package brume.cuda;

import brume.tensor.Tensor;
import brume.tensor.kernel.Reduction;
import brume.tensor.kernel.StridedKernels;
import brume.tensor.kernel.StridedView;

/** Reading, writing and sums through strides on the GPU: sums are those of rows. */
final class CudaStrided implements StridedKernels {

  private final StridedMoves moves;
  private final CudaReduction reduction;

  CudaStrided(StridedMoves moves, CudaReduction reduction) {
    this.moves = moves;
    this.reduction = reduction;
  }

  @Override
  public void gather(StridedView at, Tensor x, Tensor y) {
    moves.gather(at, x, y);
  }

  @Override
  public void scatter(StridedView at, Tensor x, Tensor y) {
    moves.scatter(at, x, y);
  }

  @Override
  public void sum(StridedView kept, StridedView over, Tensor x, Tensor y) {
    StridedRows rows = new StridedRows(kept.merged(), over.merged());
    reduction.reduce(Reduction.SUM, 0, rows, x, y);
  }
}
