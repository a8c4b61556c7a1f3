package brume.cuda;

import brume.cuda.driver.Driver;
import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.UnaryFunction;

/** Functions of one number on the GPU; the kernels are described in activation.cu. */
final class CudaActivation implements ActivationKernels {

  private final PtxModule.PerFunction<UnaryFunction> apply;
  private final PtxModule.PerFunction<UnaryFunction> applyGrad;

  CudaActivation(Driver driver) {
    PtxModule ptx = new PtxModule(driver, "activation");
    this.apply = ptx.kernels(UnaryFunction.class, "apply_");
    this.applyGrad = ptx.kernels(UnaryFunction.class, "apply_grad_");
  }

  @Override
  public void apply(UnaryFunction f, double p, Tensor x, Tensor y) {
    int count = y.shape().size();
    apply.of(f).over(count).in(x).f32(p).i32(count).out(y).run();
  }

  @Override
  public void applyGrad(UnaryFunction f, double p, Tensor x, Tensor dy, Tensor dx) {
    int count = dx.shape().size();
    applyGrad.of(f).over(count).in(x, dy).f32(p).i32(count).out(dx).run();
  }
}
