package brume.diffusion.guidance;

import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.tensor.Tensor;

/**
 * Estimates that know a class, led away from those that do not. A network is asked twice for each, or
 * once where the scale is 1 and the noise its own, or the level is none at which samples are led. Where it learns variances, those that know the class are left as they are.
 *
 * @param known estimates that know the class
 * @param unknown estimates that do not
 * @param how far to lead
 * @param plusPlus whether samplers take the noise from what does not know the class: the way stays
 *     nearer to what the network has seen, and a scale of 0 to 1 does what larger ones do elsewhere
 * @param range levels at which to lead
 * @see <a href="https://arxiv.org/abs/2406.08070">Chung et al., CFG++: Manifold-constrained Classifier
 *     Free Guidance for Diffusion Models (2024), algorithm 2: plusPlus</a>
 */
public record GuidedEstimates(
    Denoised known, Denoised unknown, ClassifierFree how, boolean plusPlus, NoiseRange range)
    implements Denoised {

  /**
   * The same at every level of noise.
   *
   * @param known estimates that know the class
   * @param unknown estimates that do not
   * @param how far to lead
   * @param plusPlus whether samplers take the noise from what does not know the class
   */
  public GuidedEstimates(Denoised known, Denoised unknown, ClassifierFree how, boolean plusPlus) {
    this(known, unknown, how, plusPlus, NoiseRange.EVERYWHERE);
  }

  @Override
  public Estimate at(Variable xt, Level level) {
    Estimate with = known.at(xt, level);
    if (!range.has(level) || (how.scale() == 1 && !plusPlus)) {
      return with;
    }
    Estimate without = unknown.at(xt, level);
    Estimate guided =
        how.scale() == 1 ? with : Estimate.of(with.process(), level, xt, output(with, without));
    return plusPlus ? guided.withNoiseOf(without) : guided;
  }

  private Variable output(Estimate with, Estimate without) {
    int all = with.output().shape().dim(-1), channels = with.xt().shape().dim(-1);
    if (all == channels) {
      return how.guided(with.output(), without.output());
    }
    Variable guided =
        how.guided(slice(with.output(), -1, 0, channels), slice(without.output(), -1, 0, channels));
    return concatenate(guided, slice(with.output(), -1, channels, all));
  }

  @Override
  public Denoised begin(Tensor start) {
    return new GuidedEstimates(known.begin(start), unknown.begin(start), how, plusPlus, range);
  }
}
