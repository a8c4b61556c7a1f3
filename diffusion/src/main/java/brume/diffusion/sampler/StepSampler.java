package brume.diffusion.sampler;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Way;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.function.Supplier;

/**
 * The loop from noise to data around the step of one paper. Memory does not grow with the number of
 * steps, and nothing is recorded.
 *
 * @param levels that are visited
 * @param step from each of them to the one before
 */
public record StepSampler(Way levels, Step step) implements Sampler {

  @Override
  public boolean readsNoise() {
    return step.readsNoise();
  }

  @Override
  public Tensor denoise(
      Denoised model, Tensor start, int last, NoiseSource noise, SamplingListener listener) {
    if (last < 0 || last > steps()) {
      throw new IllegalArgumentException(
          Text.of("denoise: expected 0 to %d steps, got %d", steps(), last));
    }
    Tensor x = start.like();
    copy(start, x);
    try (Tape.Pause pause = Tape.pause();
        Scope loop = Scope.open();
        FiniteCheck check = new FiniteCheck(last)) {
      Denoised way = model.begin(start);
      Step begun = step.begin(start, steps());
      Tensor x0 = x.like();
      for (int done = 0; done < last; done++) {
        int now = done;
        Level level = levels.at(last - 1 - done);
        check.step(done, () -> advance(way, begun, level, now, x, noise), made -> {
          copy(made.now().x0().value(), x0);
          copy(made.next().value(), x);
        });
        listener.step(done + 1, last, x, x0);
      }
      check.look();
    }
    return x;
  }

  /** The next state, and the estimate it is made with. */
  private static FiniteCheck.Result advance(
      Denoised model, Step step, Level level, int done, Tensor x, NoiseSource noise) {
    Supplier<Variable> z = () -> Variable.constant(noise.step(done, x.device(), x.shape()));
    Estimate now = step.look(model, Variable.constant(x), level, z);
    return new FiniteCheck.Result(now, step.next(now, model, z));
  }

  static void copy(Tensor from, Tensor to) {
    ElementwiseKernels.of(to).affine(1, from, 0, to);
  }
}
