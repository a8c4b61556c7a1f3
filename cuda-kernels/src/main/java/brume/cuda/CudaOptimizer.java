package brume.cuda;

import brume.tensor.LateNumber;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.SgdCoefficients;
import java.util.List;

/** Steps of optimizers on the GPU; the kernels are described in optimizer.cu. */
final class CudaOptimizer implements OptimizerKernels {

  private static final int THREADS = 256; // of the block that adds up norms

  private final CudaMemory memory;
  private final HostCopies copies;
  private final CudaReduction sums;
  private final CudaKernel adam;
  private final CudaKernel sgd;
  private final CudaKernel average;
  private final CudaKernel measureNorm;
  private final CudaKernel scale;

  CudaOptimizer(PtxModule ptx, CudaMemory memory, HostCopies copies, CudaReduction sums) {
    this.memory = memory;
    this.copies = copies;
    this.sums = sums;
    this.adam = ptx.kernel("adam");
    this.sgd = ptx.kernel("sgd");
    this.average = ptx.kernel("average");
    this.measureNorm = ptx.kernel("measure_norm");
    this.scale = ptx.kernel("scale");
  }

  @Override
  public void adam(AdamCoefficients at, Tensor g, Tensor p, Tensor m, Tensor v) {
    adam(at, List.of(g), List.of(p), List.of(m), List.of(v));
  }

  @Override
  public void adam(
      AdamCoefficients at, List<Tensor> g, List<Tensor> p, List<Tensor> m, List<Tensor> v) {
    TensorGroups.of(List.of(g), List.of(p, m, v))
        .forEach(groups -> groups.launch(adam).floats(coefficients(at)).run());
  }

  /** struct AdamNumbers. */
  private static float[] coefficients(AdamCoefficients at) {
    return new float[] {
      (float) at.beta1(),
      (float) (1 - at.beta1()),
      (float) at.beta2(),
      (float) (1 - at.beta2()),
      (float) at.l2(),
      (float) (1 - at.learningRate() * at.decay()),
      (float) (at.learningRate() / at.correction1()),
      (float) (1 / Math.sqrt(at.correction2())),
      (float) at.eps()
    };
  }

  @Override
  public void sgd(SgdCoefficients at, Tensor g, Tensor p, Tensor b) {
    sgd(at, List.of(g), List.of(p), List.of(b));
  }

  @Override
  public void sgd(SgdCoefficients at, List<Tensor> g, List<Tensor> p, List<Tensor> b) {
    TensorGroups.of(List.of(g), List.of(p, b)).forEach(groups -> groups
        .launch(sgd)
        .f32(at.learningRate(), at.l2(), at.momentum(), at.share())
        .i32(at.nesterov() ? 1 : 0, at.first() ? 1 : 0)
        .run());
  }

  @Override
  public LateNumber norm(List<Tensor> g) {
    try (CudaMemory.Block found = norm(Double.MAX_VALUE, 0, g)) {
      return copies.lateDouble(found.address());
    }
  }

  @Override
  public boolean limitsNorms() {
    return true;
  }

  @Override
  public LateNumber limit(double max, double eps, List<Tensor> x, List<Tensor> y) {
    try (CudaMemory.Block found = norm(max, eps, x)) {
      TensorGroups.of(List.of(x), List.of(y)).forEach(groups -> groups
          .launch(scale)
          .f32(0)
          .varying(found.address() + Double.BYTES)
          .run());
      return copies.lateDouble(found.address());
    }
  }

  /** struct Norm on the device. */
  private CudaMemory.Block norm(double max, double eps, List<Tensor> g) {
    try (CudaReduction.Squares squares = sums.squares(g)) {
      CudaMemory.Block found = memory.take(Double.BYTES + Float.BYTES);
      measureNorm
          .grid(1)
          .block(THREADS)
          .sharedDoubles(THREADS)
          .scratch(squares.room())
          .i32(squares.pieces())
          .i64(Double.doubleToRawLongBits(max), Double.doubleToRawLongBits(eps))
          .scratch(found)
          .run();
      return found;
    }
  }

  @Override
  public void average(double rate, Tensor p, Tensor average) {
    average(rate, List.of(p), List.of(average));
  }

  @Override
  public void average(double rate, List<Tensor> p, List<Tensor> averages) {
    TensorGroups.of(List.of(p), List.of(averages))
        .forEach(groups -> groups.launch(average).f32(rate).run());
  }
}
