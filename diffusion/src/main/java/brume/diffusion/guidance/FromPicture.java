package brume.diffusion.guidance;

import static brume.diffusion.guidance.Repeated.repeated;

import brume.diffusion.process.Way;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;

/**
 * Draws pictures like another one: it gets as much noise as is left before the last steps, drawn or, by
 * a sampler that can, found, and only these are done. The more steps, the less of it is left.
 *
 * @param inner does the steps
 * @param picture (1, H, W, C) in the range of the model
 * @param last how many of the last steps are done, from 1 to all
 * @see <a href="https://arxiv.org/abs/2108.01073">Meng et al., SDEdit: Guided Image Synthesis and Editing
 *     with Stochastic Differential Equations (2021), algorithm 1</a>
 */
public record FromPicture(Sampler inner, Tensor picture, int last) implements Sampler {

  /** Refuses no steps, and more than there are. {@inheritDoc} */
  public FromPicture {
    if (last < 1 || last > inner.levels().count()) {
      throw new IllegalArgumentException(Text.of(
          "start: expected 1 to %d of the last steps, got %d", inner.levels().count(), last));
    }
  }

  /**
   * The last steps of a sampler, as a share of all.
   *
   * @param inner does the steps
   * @param picture (1, H, W, C) in the range of the model
   * @param strength share of the steps that are done, rounded down, but at least one
   * @return the sampler
   */
  public static FromPicture of(Sampler inner, Tensor picture, double strength) {
    return new FromPicture(inner, picture, Math.max(1, (int) (inner.levels().count() * strength)));
  }

  @Override
  public Way levels() {
    return inner.levels();
  }

  @Override
  public int steps() {
    return last;
  }

  @Override
  public Tensor sample(Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      Tensor noisy = inner.noised(model, repeated(picture, start.shape()), last, start);
      return scope.keep(denoise(model, noisy, last, noise, listener));
    }
  }

  @Override
  public Tensor denoise(
      Denoised model, Tensor start, int steps, NoiseSource noise, SamplingListener listener) {
    return inner.denoise(model, start, steps, noise, listener);
  }
}
