package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.TrainedProcess;
import brume.nn.Condition;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;

/** What a network says, asked without memory. */
record NetworkEstimates(Denoiser network, TrainedProcess process) implements Denoised {

  @Override
  public Estimate at(Variable xt, Level level) {
    return at(xt, level, Condition.none());
  }

  private Estimate at(Variable xt, Level level, Condition condition) {
    process.requireDefined(level);
    double[] times = level.times(xt.shape().dim(0));
    Variable output =
        network.predict(new Query(process.input(level, xt), times, condition, Pass.inference()));
    return Estimate.of(process, level, xt, output);
  }

  @Override
  public Denoised begin(Tensor start) {
    return network.isSelfConditioned() ? new Remembering(start.like()) : this;
  }

  /** Shows the network its former estimate. */
  private final class Remembering implements Denoised {
    private final Tensor former;
    private boolean known;

    Remembering(Tensor former) {
      this.former = former;
    }

    @Override
    public Estimate at(Variable xt, Level level) {
      Condition condition =
          known ? Condition.none().withFormer(Variable.constant(former)) : Condition.none();
      Estimate estimate = NetworkEstimates.this.at(xt, level, condition);
      ElementwiseKernels.of(former).affine(1, estimate.x0().value(), 0, former);
      known = true;
      return estimate;
    }

    /** Another way has another memory. */
    @Override
    public Denoised begin(Tensor start) {
      return NetworkEstimates.this.begin(start);
    }
  }
}
