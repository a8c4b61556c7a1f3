package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.negate;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.exp;
import static brume.autograd.function.pointwise.Pointwise.reciprocal;
import static brume.autograd.function.pointwise.Pointwise.sigmoid;
import static brume.autograd.function.pointwise.Pointwise.sqrt;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.process.ContinuousProcess.Learned;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.math.Arithmetic;
import java.util.Arrays;

/**
 * {@link ContinuousLoss} at times whose noise is learned, too: the gradient goes on through the shares of
 * data and noise, the weight, and the time that the network is told.
 *
 * @param at log(s²/n²) at the times
 * @param weighting of times
 * @param measure what a difference costs
 */
record LearnedTimesLoss(Learned at, WeightingSettings weighting, ErrorMeasure measure) {

  /** (N) weighted errors. */
  Variable losses(
      Denoiser denoiser, Variable x0, Variable epsilon, boolean conditioned, Pass pass) {
    Variable logSnr = at.logSnr();
    Variable signal = sqrt(sigmoid(logSnr)), noise = sqrt(sigmoid(negate(logSnr)));
    Variable xt = add(scaled(x0, signal), scaled(epsilon, noise));
    Variable output = SelfConditioning.output(
        denoiser,
        Query.ofLearned(xt, logSnr, pass),
        conditioned,
        answer -> x0(xt, answer, signal, noise));
    Variable target =
        switch (at.prediction()) {
          case EPSILON -> epsilon;
          case X0 -> x0;
          case V -> subtract(scaled(epsilon, signal), scaled(x0, noise));
          case MEAN, BOTH -> throw new IllegalStateException(at.prediction() + " was refused");
        };
    int samples = x0.shape().dim(0);
    Variable costs = measure.of(subtract(output, target));
    Variable rows = reshape(costs, Shape.of(samples, costs.shape().size() / samples));
    Variable snr = exp(logSnr);
    return multiply(mean(rows, Axes.of(1)), weighting.weight(snr, square(logSnr)));
  }

  /** (N) squared share of the output in the estimate of the data. */
  private Variable square(Variable logSnr) {
    return switch (at.prediction()) {
      case EPSILON -> exp(negate(logSnr));
      case V -> sigmoid(negate(logSnr));
      default -> Variable.constant(Arithmetic.affine(0, logSnr.value(), 1));
    };
  }

  /** The data that follow from an answer, which nothing is learned from. */
  private Variable x0(Variable xt, Variable answer, Variable signal, Variable noise) {
    return switch (at.prediction()) {
      case EPSILON -> scaled(subtract(xt, scaled(answer, noise)), reciprocal(signal));
      case X0 -> answer;
      case V -> subtract(scaled(xt, signal), scaled(answer, noise));
      case MEAN, BOTH -> throw new IllegalStateException(at.prediction() + " was refused");
    };
  }

  /** (N, ..., C) with a factor for each sample. */
  private static Variable scaled(Variable x, Variable factors) {
    int[] column = new int[x.shape().rank()];
    Arrays.fill(column, 1);
    column[0] = x.shape().dim(0);
    return multiply(x, reshape(factors, Shape.of(column)));
  }
}
