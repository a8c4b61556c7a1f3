package brume.diffusion.objective;

import static brume.autograd.function.pointwise.MixSamples.mixSamples;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.ContinuousProcess.Learned;
import brume.diffusion.process.ContinuousProcess.Reading;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionGeometry.Axes;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The weighted squared error, or another one, of what a network tells of a continuous process.
 *
 * <pre>
 *   w·|output − target|²,   target = ((1 − skip·signal)·x_0 − skip·noise·ε)/out
 * </pre>
 *
 * <p>With w = 1 it is, for {@code VariancePreserving} and a network that tells ε, that of Ho et al.
 * (2020), eq. 14, at any time; for {@code KarrasProcess}, that of Karras et al. (2022), eq. 8 with λ =
 * 1/out²; for {@code StraightProcess}, that of Liu et al. (2022), eq. 1.
 *
 * @param process the way there
 * @param weighting of times
 * @param measure what a difference costs
 */
public record ContinuousLoss(
    ContinuousProcess process, WeightingSettings weighting, ErrorMeasure measure) {

  /**
   * The loss of each sample.
   *
   * @param denoiser to be trained
   * @param x0 (N, ..., C) data
   * @param t (N) times of the process
   * @param epsilon (N, ..., C) noise
   * @param conditioned whether self-conditioned denoisers get an estimate
   * @param pass of training
   * @return (N) weighted errors
   */
  public Variable losses(
      Denoiser denoiser,
      Variable x0,
      double[] t,
      Variable epsilon,
      boolean conditioned,
      Pass pass) {
    Optional<Learned> learned = process.learned(t);
    if (learned.isPresent()) {
      return new LearnedTimesLoss(learned.get(), weighting, measure)
          .losses(denoiser, x0, epsilon, conditioned, pass);
    }
    Reading[] readings = Arrays.stream(t).mapToObj(process::reading).toArray(Reading[]::new);
    double[] signal = Arrays.stream(t).map(process::signal).toArray();
    double[] noise = Arrays.stream(t).map(process::noise).toArray();
    double[] skip = each(readings, Reading::skip), out = each(readings, Reading::out);
    Variable xt = mixSamples(signal, x0, noise, epsilon);
    Variable shown = mixSamples(each(readings, Reading::input), xt, new double[t.length], xt);
    Query query = Query.of(shown, each(readings, Reading::told), pass);
    Variable output = SelfConditioning.output(
        denoiser, query, conditioned, answer -> mixSamples(skip, xt, out, answer));

    double[] ofX0 = new double[t.length], ofNoise = new double[t.length];
    double[] weights = new double[t.length];
    for (int n = 0; n < t.length; n++) {
      ofX0[n] = (1 - skip[n] * signal[n]) / out[n];
      ofNoise[n] = -skip[n] * noise[n] / out[n];
      double ratio = signal[n] / noise[n];
      weights[n] = weighting.weight(ratio * ratio, out[n]);
    }
    Variable target = mixSamples(ofX0, x0, ofNoise, epsilon);
    Variable costs = measure.of(subtract(output, target));
    Variable rows = reshape(costs, Shape.of(t.length, costs.shape().size() / t.length));
    Tensor each = Tensor.of(output.value().device(), Shape.of(t.length), weights);
    return multiply(mean(rows, Axes.of(1)), Variable.constant(each));
  }

  private static double[] each(Reading[] readings, ToDoubleFunction<Reading> number) {
    return Arrays.stream(readings).mapToDouble(number).toArray();
  }
}
