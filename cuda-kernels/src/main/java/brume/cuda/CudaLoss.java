package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.LossKernels;

/** Losses on the GPU; the kernels are described in loss.cu. */
final class CudaLoss implements LossKernels {

  private final CudaMemory memory;
  private final CudaReduction reduction;
  private final CudaKernel squaredErrors;
  private final CudaKernel squaredErrorsGrad;

  CudaLoss(Driver driver, CudaMemory memory, CudaReduction reduction) {
    PtxModule ptx = new PtxModule(driver, "loss");
    this.memory = memory;
    this.reduction = reduction;
    this.squaredErrors = ptx.kernel("squared_errors");
    this.squaredErrorsGrad = ptx.kernel("squared_errors_grad");
  }

  @Override
  public void meanSquaredError(Tensor x, Tensor target, Tensor w, Tensor loss) {
    int count = x.shape().size(), sample = count / Math.max(1, w.shape().size());
    Pieces pieces = Pieces.of(count);
    try (CudaMemory.Block room = pieces.room(memory)) {
      pieces
          .launch(squaredErrors)
          .in(x, target, w)
          .i32(sample, count)
          .scratch(room)
          .run();
      reduction.addPieces(pieces, room, 1.0 / count, loss);
    }
  }

  @Override
  public void meanSquaredErrorGrad(Tensor x, Tensor target, Tensor w, Tensor dloss, Tensor dx) {
    int count = x.shape().size(), sample = count / Math.max(1, w.shape().size());
    squaredErrorsGrad
        .over(count)
        .in(x, target, w, dloss)
        .i32(sample, count)
        .out(dx)
        .run();
  }
}
