package brume.tests.golden;

import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.Arrays;

/** Inputs of process cases, channels last. */
final class ProcessInputs {

  private ProcessInputs() {}

  static Variable constant(GoldenCase asked, String input, Device on) {
    return Variable.constant(ChannelsLast.load(asked, "input." + input, on));
  }

  static int[] times(GoldenCase asked) {
    return Arrays.stream(asked.longs("input.t")).mapToInt(Math::toIntExact).toArray();
  }

  static double[] doubles(int[] times) {
    return Arrays.stream(times).asDoubleStream().toArray();
  }

  /** One entry of the first axis of an input, such as the noise of one step. */
  static Tensor entry(GoldenCase asked, String input, int index, Device on) {
    int[] shape = asked.shape("input." + input);
    int[] rest = Arrays.copyOfRange(shape, 1, shape.length);
    int size = Shape.of(rest).size();
    double[] all = asked.doubles("input." + input);
    double[] values = Arrays.copyOfRange(all, index * size, (index + 1) * size);
    int[] axes = ChannelsLast.secondToLast(rest.length);
    return Tensor.of(
        on, Shape.of(ChannelsLast.permute(rest, axes)), ChannelsLast.permute(values, rest, axes));
  }

  /** One sample of a batch, as a batch of one. */
  static Tensor sample(Tensor batch, int index) {
    int size = batch.shape().size() / batch.shape().dim(0);
    double[] values = Arrays.copyOfRange(batch.toDoubles(), index * size, (index + 1) * size);
    return Tensor.of(batch.device(), batch.shape().with(0, 1), values);
  }
}
