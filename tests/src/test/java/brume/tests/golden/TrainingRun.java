package brume.tests.golden;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.objective.Noising;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.nn.optim.Ema;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.Optimizer;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A short training run of a case: its stored batches, and what it remembers to be compared. */
final class TrainingRun {

  private final GoldenCase asked;
  private final Backend on;
  private final List<NamedParameter> parameters;
  private final Comparison results;
  private final int leading; // axes before (N, C, H, W)
  private final List<Double> norms = new ArrayList<>();

  /** Loads the first parameters into a network, whose names must be those of the case. */
  TrainingRun(GoldenCase asked, Backend on, Layer network, Comparison results) throws IOException {
    this.asked = asked;
    this.on = on;
    this.parameters = network.parameters();
    this.results = results;
    this.leading = asked.shape("input.image").length - 4;
    Weights.load(asked.path(), "param.", parameters);
  }

  /** The images of a batch, counted over all leading axes, channels last. */
  Tensor images(int batch) {
    return ofBatch("input.image", batch);
  }

  /** Times and noise of a batch. */
  Noising noising(int batch, boolean conditioned) {
    long[] all = asked.longs("input.t");
    int n = asked.shape("input.image")[leading];
    int[] times = Arrays.stream(all, batch * n, (batch + 1) * n)
        .mapToInt(Math::toIntExact)
        .toArray();
    return Noising.of(times, Variable.constant(ofBatch("input.noise", batch)), conditioned);
  }

  /** Clips gradients and changes the parameters. */
  void step(Gradients gradients, double maxNorm, Optimizer optimizer, double learningRate) {
    GradientClipping.Clipped clipped = GradientClipping.euclidean(maxNorm).clip(gradients);
    if (norms.isEmpty()) {
      for (NamedParameter p : parameters) {
        Tensor gradient = clipped.gradients().of(p.variable()).orElseThrow();
        check("output.first_step_clipped_grad.", p, gradient);
      }
    }
    norms.add(clipped.norm());
    optimizer.step(clipped.gradients(), learningRate);
  }

  /** Compares norms and final parameters. */
  void end() {
    results.check(
        "output.grad_norm", norms.stream().mapToDouble(Double::doubleValue).toArray());
    parameters.forEach(p -> check("output.param.", p, p.variable().value()));
  }

  /** Compares averages, where the case has them. */
  void end(String prefix, Ema ema) {
    ema.state().stream()
        .filter(p -> asked.has(prefix + p.path()))
        .forEach(p -> check(prefix, p, p.variable().value()));
  }

  private void check(String prefix, NamedParameter parameter, Tensor values) {
    String name = prefix + parameter.path();
    results.check(name, NetworkRun.asStored(parameter, values.toDoubles()));
  }

  private Tensor ofBatch(String tensor, int batch) {
    int[] shape = Arrays.copyOfRange(asked.shape(tensor), leading, leading + 4);
    int size = Shape.of(shape).size();
    double[] values = Arrays.copyOfRange(asked.doubles(tensor), batch * size, (batch + 1) * size);
    int[] axes = ChannelsLast.secondToLast(4);
    return Tensor.of(
        on, Shape.of(ChannelsLast.permute(shape, axes)), ChannelsLast.permute(values, shape, axes));
  }
}
