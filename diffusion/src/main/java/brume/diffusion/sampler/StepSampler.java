package brume.diffusion.sampler;

import static brume.autograd.function.reduce.Mean.mean;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Way;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.Locale;
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
        Scope loop = Scope.open()) {
      Denoised way = model.begin(start);
      Step begun = step.begin(start, steps());
      Tensor x0 = x.like();
      for (int done = 0; done < last; done++) {
        try (Scope scope = Scope.open()) {
          advance(way, begun, levels.at(last - 1 - done), done, last, x, x0, noise);
        }
        listener.step(done + 1, last, x, x0);
      }
    }
    return x;
  }

  /** Replaces x by the next state, and x0 by the estimate it was made with. */
  private static void advance(
      Denoised model,
      Step step,
      Level level,
      int done,
      int of,
      Tensor x,
      Tensor x0,
      NoiseSource noise) {
    Supplier<Variable> z = () -> Variable.constant(noise.step(done, x.device(), x.shape()));
    Estimate now = step.look(model, Variable.constant(x), level, z);
    Variable next = step.next(now, model, z);
    if (!isFinite(next)) {
      throw new NotFiniteException(String.format(
          Locale.ROOT,
          "step %d of %d, at time %s of the network: expected finite samples, got %s",
          done + 1,
          of,
          level.time(),
          reason(now)));
    }
    copy(now.x0().value(), x0);
    copy(next.value(), x);
  }

  /** Where the numbers got lost. */
  private static String reason(Estimate now) {
    if (!isFinite(now.output())) {
      return "none from the network; try an earlier checkpoint, or its weights without averages";
    }
    if (!isFinite(now.x0())) {
      return String.format(
          Locale.ROOT,
          "an estimate of the data out of range, as only %.2g of them is left in the noise there; "
              + "predict v or x0, or choose a schedule that leaves more",
          now.level().signal());
    }
    return "none from the step; take more steps, or another sampler";
  }

  /** Whether no number is infinite or none: either would spread to the mean. */
  static boolean isFinite(Variable x) {
    return Double.isFinite(mean(x).value().item());
  }

  static void copy(Tensor from, Tensor to) {
    ElementwiseKernels.of(to).affine(1, from, 0, to);
  }
}
