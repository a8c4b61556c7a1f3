package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Variable;
import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.process.ForwardProcess;
import brume.nn.Denoiser;
import brume.nn.Pass;

/**
 * The bound itself as a loss: the mean of every sample's term at its own time.
 *
 * @param bound in bits per dimension; estimates are clipped if its process does so
 * @param factor what the mean is multiplied with: 1, or T to estimate the whole bound
 */
public record VariationalLoss(VariationalBound bound, double factor) implements TrainingLoss {

  @Override
  public ForwardProcess process() {
    return bound.process().q();
  }

  @Override
  public Variable losses(Denoiser denoiser, Variable x0, Noising noising, Pass pass) {
    int[] t = noising.times();
    Variable xt = process().sample(x0, t, noising.epsilon());
    Variable output = SelfConditioning.output(
        denoiser, xt, noising, pass, answer -> bound.process().unclippedX0(xt, t, answer));
    return scale(bound.term(x0, xt, t, output), factor);
  }
}
