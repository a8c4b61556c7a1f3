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
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
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
   * @param t (N) times of the process; where work is recorded, a repetition looks at the array again
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
    Variable xt = mixSamples(each(t, process::signal), x0, each(t, process::noise), epsilon);
    Variable shown = mixSamples(read(t, Reading::input), xt, each(t, any -> 0), xt);
    Query query = Query.renewed(shown, read(t, Reading::told), pass);
    Variable output = SelfConditioning.output(
        denoiser,
        query,
        conditioned,
        answer -> mixSamples(read(t, Reading::skip), xt, read(t, Reading::out), answer));

    Variable target = mixSamples(each(t, this::ofX0), x0, each(t, this::ofNoise), epsilon);
    Variable costs = measure.of(subtract(output, target));
    Variable rows = reshape(costs, Shape.of(t.length, costs.shape().size() / t.length));
    Tensor weights =
        Tensor.renewed(output.value().device(), Shape.of(t.length), each(t, this::weight));
    return multiply(mean(rows, Axes.of(1)), Variable.constant(weights));
  }

  private double ofX0(double t) {
    Reading reading = process.reading(t);
    return (1 - reading.skip() * process.signal(t)) / reading.out();
  }

  private double ofNoise(double t) {
    Reading reading = process.reading(t);
    return -reading.skip() * process.noise(t) / reading.out();
  }

  private double weight(double t) {
    double ratio = process.signal(t) / process.noise(t);
    return weighting.weight(ratio * ratio, process.reading(t).out());
  }

  private static Supplier<double[]> each(double[] t, DoubleUnaryOperator number) {
    return () -> Arrays.stream(t).map(number).toArray();
  }

  private Supplier<double[]> read(double[] t, ToDoubleFunction<Reading> number) {
    return each(t, time -> number.applyAsDouble(process.reading(time)));
  }
}
