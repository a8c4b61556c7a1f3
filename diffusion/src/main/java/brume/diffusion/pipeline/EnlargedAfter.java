package brume.diffusion.pipeline;

import static brume.autograd.function.resample.Resize.resizeBicubic;
import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.nn.Clock;
import brume.nn.Denoiser;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/**
 * Draws small pictures, and then large ones that look like them: networks that see a small picture,
 * brought to the large size, beside what they draw. A listener is shown the small ones alone.
 *
 * @param inner draws small pictures
 * @param enlarging how large ones are drawn
 * @param first network of all steps but the last
 * @param last network of the last step
 * @param height of large pictures in pixels
 * @param width of large pictures in pixels
 */
record EnlargedAfter(
    Sampler inner, Recipe enlarging, Denoiser first, Denoiser last, int height, int width)
    implements Sampler {

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
  public Tensor sample(Denoised model, Tensor start, NoiseSource noise, SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      return scope.keep(enlarged(inner.sample(model, start, noise, listener), noise));
    }
  }

  @Override
  public Tensor denoise(
      Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
    try (Scope scope = Scope.open()) {
      return scope.keep(enlarged(inner.denoise(model, start, last, noise, listener), noise));
    }
  }

  private Tensor enlarged(Tensor small, NoiseSource noise) {
    TrainedProcess process = enlarging.reverse(); // of numbered times: nothing in it was learned
    Denoised before = Denoised.of(beside(first, small), process);
    Denoised atLast = Denoised.of(beside(last, small), process);
    Denoised networks = (xt, level) -> (level.k() == 0 ? atLast : before).at(xt, level);
    Shape shape = small.shape().with(1, height).with(2, width);
    NoiseSource after = noise.after(inner.steps());
    return enlarging
        .sampler()
        .create(process)
        .sample(networks, after.start(small.device(), shape), after, SamplingListener.NONE);
  }

  private Denoiser beside(Denoiser network, Tensor small) {
    Variable large;
    try (Tape.Pause pause = Tape.pause()) {
      large = resizeBicubic(Variable.constant(small), height, width);
    }
    return new Clock(
        query -> network.predict(query.map(x -> concatenate(x, large))),
        enlarging.process().clock());
  }
}
