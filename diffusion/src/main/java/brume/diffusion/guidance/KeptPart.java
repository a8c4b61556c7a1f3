package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.diffusion.guidance.Repeated.repeated;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.Way;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Estimate;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.tensor.Scope;
import brume.tensor.Tensor;

/**
 * Paints a part of pictures anew, by steps of any kind. Wherever samples are looked at, but where the way
 * begins, what is known lies in its place, with the noise of the level; at the end it lies there as it is:
 *
 * <pre>
 *   x ← m·(s·x_known + n·ε) + (1 − m)·x           s, n of the level
 * </pre>
 *
 * <p>ε is what the way begins with, and the same all the way. {@link Inpainting} draws another one for
 * every step, and may go back.
 *
 * @param inner the way, which may begin with noise or with a picture
 * @param known (1, H, W, C) or (N, H, W, C) in the range of the model
 * @param mask of the same shape, 1 where pictures are known, 0 where they are painted
 * @see <a href="https://arxiv.org/abs/2206.02779">Avrahami et al., Blended Latent Diffusion (2022),
 *     algorithm 1</a>
 */
public record KeptPart(Sampler inner, Tensor known, Tensor mask) implements Sampler {

  @Override
  public Way levels() {
    return inner.levels();
  }

  @Override
  public int steps() {
    return inner.steps();
  }

  @Override
  public boolean readsNoise() {
    return inner.readsNoise();
  }

  @Override
  public boolean drawsFromNoise() {
    return inner.drawsFromNoise();
  }

  @Override
  public Tensor sample(Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      Part part = part(start);
      return scope.keep(
          part.done(inner.sample(kept(model, part, steps()), start, noise, listener)));
    }
  }

  /** The same, where {@code noise} tells at its start what the noise of the samples was. {@inheritDoc} */
  @Override
  public Tensor denoise(
      Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      Part part = part(noise.start(start.device(), start.shape()));
      return scope.keep(
          part.done(inner.denoise(kept(model, part, last), start, last, noise, listener)));
    }
  }

  private Part part(Tensor epsilon) {
    return new Part(
        Variable.constant(repeated(known, epsilon.shape())),
        Variable.constant(repeated(mask, epsilon.shape())),
        Variable.constant(epsilon));
  }

  private static Denoised kept(Denoised model, Part part, int last) {
    return new Kept(model, part, last);
  }

  /** Estimates of samples in which the known part lies in its place. */
  private record Kept(Denoised model, Part part, int last) implements Denoised {
    @Override
    public Estimate at(Variable xt, Level level) {
      return model.at(level.k() >= last - 1 ? xt : part.in(xt, level), level);
    }

    @Override
    public Denoised begin(Tensor start) {
      return new Kept(model.begin(start), part, last);
    }
  }

  /** What is known of all samples, where it is, and its noise. */
  private record Part(Variable known, Variable mask, Variable epsilon) {

    Variable in(Variable xt, Level level) {
      return with(Mix.mix(level.signal(), known, level.noise(), epsilon), xt);
    }

    Tensor done(Tensor x) {
      try (Tape.Pause pause = Tape.pause()) {
        return with(known, Variable.constant(x)).value();
      }
    }

    private Variable with(Variable part, Variable x) {
      return add(multiply(mask, part), multiply(affine(mask, -1, 1), x));
    }
  }
}
