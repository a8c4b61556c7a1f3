package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Subtract.subtract;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.Spacing;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.process.Way;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A process at one place, where what a classifier says is part of how outputs are read. */
record GuidedProcess(
    TrainedProcess inner, Variable shift, UnaryOperator<Variable> gradient, Clipping clipping)
    implements TrainedProcess {

  @Override
  public Variable x0(Level level, Variable xt, Variable output) {
    Variable epsilon = epsilon(level, xt, output);
    return clipping.apply(
        Mix.mix(1 / level.signal(), xt, -level.noise() / level.signal(), epsilon));
  }

  @Override
  public Variable epsilon(Level level, Variable xt, Variable output) {
    return subtract(inner.epsilon(level, xt, output), shift);
  }

  /** That of the process where nothing leads, and the classifier's part of it; none in the step to data. */
  @Override
  public Variable mean(Level level, Variable x0, Variable xt, Variable output) {
    Variable mean = inner.mean(level, inner.x0(level, xt, output), xt, output);
    if (level.before().noise() == 0) {
      return mean; // without variance
    }
    Variable deviation = inner.perturbed(level, affine(mean, 0, 0), output, affine(mean, 0, 1));
    return add(mean, multiply(multiply(deviation, deviation), gradient.apply(mean)));
  }

  @Override
  public Variable perturbed(Level level, Variable mean, Variable output, Variable z) {
    return inner.perturbed(level, mean, output, z);
  }

  @Override
  public Variable input(Level level, Variable xt) {
    return inner.input(level, xt);
  }

  @Override
  public void requireDefined(Level level) {
    inner.requireDefined(level);
  }

  @Override
  public int outputs(int channels) {
    return inner.outputs(channels);
  }

  @Override
  public TrainedProcess withClipping(Clipping other) {
    return new GuidedProcess(inner.withClipping(other), shift, gradient, other);
  }

  @Override
  public Way levels(Spacing spacing, int steps) {
    return inner.levels(spacing, steps);
  }

  @Override
  public <T> T either(
      Function<ReverseProcess, T> discrete, Function<ContinuousProcess, T> continuous) {
    return inner.either(discrete, continuous);
  }
}
