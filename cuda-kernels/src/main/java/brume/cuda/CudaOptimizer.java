package brume.cuda;

import brume.tensor.DeviceNumber;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AdamCoefficients;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.SgdCoefficients;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Steps of optimizers on the GPU; the kernels are described in optimizer.cu. */
final class CudaOptimizer implements OptimizerKernels {

  private static final int THREADS = 256; // of the block that adds up norms
  private static final int FACTOR = Double.BYTES / Float.BYTES; // of struct Norm, behind the norm

  private final HostCopies copies;
  private final CudaInputs inputs;
  private final CudaReduction sums;
  private final CudaKernel adam;
  private final CudaKernel sgd;
  private final CudaKernel average;
  private final CudaKernel measureNorm;
  private final CudaKernel scale;

  CudaOptimizer(PtxModule ptx, HostCopies copies, CudaReduction sums) {
    this.copies = copies;
    this.inputs = copies.inputs();
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
    adam(CudaInputs.Numbers.given(coefficients(at)), g, p, m, v);
  }

  @Override
  public void adam(
      Supplier<AdamCoefficients> at,
      List<Tensor> g,
      List<Tensor> p,
      List<Tensor> m,
      List<Tensor> v) {
    adam(inputs.numbers(() -> coefficients(at.get())), g, p, m, v);
  }

  private void adam(
      CudaInputs.Numbers with, List<Tensor> g, List<Tensor> p, List<Tensor> m, List<Tensor> v) {
    TensorGroups.of(List.of(g), List.of(p, m, v))
        .forEach(groups -> with.struct(groups.launch(adam)).run());
  }

  /** struct AdamNumbers. */
  private static int[] coefficients(AdamCoefficients at) {
    return new int[] {
      bits(at.beta1()),
      bits(1 - at.beta1()),
      bits(at.beta2()),
      bits(1 - at.beta2()),
      bits(at.l2()),
      bits(1 - at.learningRate() * at.decay()),
      bits(at.learningRate() / at.correction1()),
      bits(1 / Math.sqrt(at.correction2())),
      bits(at.eps())
    };
  }

  private static int bits(double number) {
    return Float.floatToRawIntBits((float) number);
  }

  @Override
  public void sgd(SgdCoefficients at, Tensor g, Tensor p, Tensor b) {
    sgd(at, List.of(g), List.of(p), List.of(b));
  }

  @Override
  public void sgd(SgdCoefficients at, List<Tensor> g, List<Tensor> p, List<Tensor> b) {
    sgd(CudaInputs.Numbers.given(coefficients(at)), g, p, b);
  }

  @Override
  public void sgd(Supplier<SgdCoefficients> at, List<Tensor> g, List<Tensor> p, List<Tensor> b) {
    sgd(inputs.numbers(() -> coefficients(at.get())), g, p, b);
  }

  private void sgd(CudaInputs.Numbers with, List<Tensor> g, List<Tensor> p, List<Tensor> b) {
    TensorGroups.of(List.of(g), List.of(p, b))
        .forEach(groups -> with.struct(groups.launch(sgd)).run());
  }

  /** struct SgdNumbers. */
  private static int[] coefficients(SgdCoefficients at) {
    return new int[] {
      bits(at.learningRate()),
      bits(at.l2()),
      bits(at.momentum()),
      bits(at.share()),
      at.nesterov() ? 1 : 0,
      at.first() ? 1 : 0
    };
  }

  @Override
  public DeviceNumber norm(List<Tensor> g) {
    return late(norm(Double.MAX_VALUE, 0, g));
  }

  @Override
  public boolean limitsNorms() {
    return true;
  }

  @Override
  public DeviceNumber limit(double max, double eps, List<Tensor> x, List<Tensor> y) {
    Tensor found = norm(max, eps, x);
    TensorGroups.of(List.of(x), List.of(y))
        .forEach(groups -> groups.launch(scale).f32(0).at(found, FACTOR).run());
    return late(found);
  }

  /** The norm of struct Norm. */
  private DeviceNumber late(Tensor found) {
    return DeviceNumber.at(found, () -> copies.lateDouble(CudaStorage.address(found, 0)));
  }

  /** struct Norm, owned by the innermost scope. */
  private Tensor norm(double max, double eps, List<Tensor> g) {
    try (CudaReduction.Squares squares = sums.squares(g)) {
      Tensor found = g.get(0).like(Shape.of(FACTOR + 1));
      measureNorm
          .grid(1)
          .block(THREADS)
          .sharedDoubles(THREADS)
          .scratch(squares.room())
          .i32(squares.pieces())
          .i64(Double.doubleToRawLongBits(max), Double.doubleToRawLongBits(eps))
          .out(found)
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
    average(CudaInputs.Numbers.given(bits(rate)), p, averages);
  }

  /** A graph is launched as it is, though an average stay where it is: its kernel sees to that. */
  @Override
  public void average(DoubleSupplier rate, List<Tensor> p, List<Tensor> averages) {
    if (inputs.isRecording()) {
      average(inputs.numbers(() -> new int[] {bits(rate.getAsDouble())}), p, averages);
    } else {
      OptimizerKernels.super.average(rate, p, averages);
    }
  }

  private void average(CudaInputs.Numbers rate, List<Tensor> p, List<Tensor> averages) {
    TensorGroups.of(List.of(p), List.of(averages))
        .forEach(groups -> rate.struct(groups.launch(average)).run());
  }
}
