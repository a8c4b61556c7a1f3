package brume.diffusion.guidance;

import static brume.autograd.function.reduce.Sum.sum;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.objective.NoisyClassifier;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Scope;
import brume.tensor.Tensor;

/**
 * Estimates led to a class by a classifier of noisy data, for models that were told none.
 *
 * <pre>
 *   ε  ← ε̂ − n·s·∇ log p(label | x, t)              at x, for steps of any kind
 *   μ  ← μ + σ²·s·∇ log p(label | μ, t)              at the mean, for steps of DDPM
 * </pre>
 *
 * <p>with n the noise of the level, σ² the variance of one step back, and the estimate of the data that
 * follows from ε, clipped.
 *
 * @param model estimates that know nothing of classes
 * @param classifier tells them
 * @param labels (N) the classes that are wanted
 * @param scale s, how far to lead; 1 draws from p(x | label) if both know all
 * @param clipping of estimates of the data
 * @see <a href="https://arxiv.org/abs/2105.05233">Dhariwal and Nichol, Diffusion Models Beat GANs on Image
 *     Synthesis (2021), algorithms 1 and 2</a>
 */
@SuppressWarnings("ArrayRecordComponent") // estimates are asked, never compared
public record ClassifierGuided(
    Denoised model, NoisyClassifier classifier, int[] labels, double scale, Clipping clipping)
    implements Denoised {

  @Override
  public Estimate at(Variable xt, Level level) {
    Estimate plain = model.at(xt, level);
    if (level.isNoise()) {
      return plain; // nothing of the data is left that had a class
    }
    GuidedProcess guided = new GuidedProcess(
        plain.process(),
        Mix.scaled(level.noise(), gradient(plain, xt)),
        mean -> gradient(plain, mean),
        clipping);
    return Estimate.of(guided, level, xt, plain.output());
  }

  /**
   * Where to lead.
   *
   * @param now estimate that tells the time
   * @param x (N, ..., C) place
   * @return (N, ..., C) s·∇ log p(label | x, t)
   */
  public Variable gradient(Estimate now, Variable x) {
    try (Scope scope = Scope.open();
        Tape.Recording recording = Tape.record()) {
      Variable leaf = Variable.parameter(x.value());
      Query query = Query.of(
          now.process().input(now.level(), leaf),
          now.level().times(labels.length),
          Pass.inference());
      Tensor ofLosses = sum(classifier.losses(query, labels)).gradient(leaf);
      return Variable.constant(
          scope.keep(Mix.scaled(-scale, Variable.constant(ofLosses)).value()));
    }
  }

  @Override
  public Denoised begin(Tensor start) {
    return new ClassifierGuided(model.begin(start), classifier, labels, scale, clipping);
  }
}
