package brume.diffusion.process;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.Arrays;

/** Limits every sample to a quantile of its magnitudes, on the host. */
record DynamicThreshold(double quantile, double largest) implements Clipping {

  DynamicThreshold {
    if (!(quantile > 0 && quantile <= 1 && largest >= 1)) {
      throw new IllegalArgumentException(Text.of(
          "dynamic clipping: expected a quantile in (0, 1] and a limit of at least 1, got %s and %s",
          quantile, largest));
    }
  }

  @Override
  public Variable apply(Variable x0) {
    double[] values = x0.value().toDoubles();
    int samples = x0.shape().dim(0);
    int size = values.length / samples;
    for (int n = 0; n < samples; n++) {
      double limit = limit(Arrays.copyOfRange(values, n * size, (n + 1) * size));
      for (int i = n * size; i < (n + 1) * size; i++) {
        values[i] = Math.min(Math.max(values[i], -limit), limit) / limit;
      }
    }
    return Variable.constant(Tensor.of(x0.value().device(), x0.shape(), values));
  }

  private double limit(double[] sample) {
    for (int i = 0; i < sample.length; i++) {
      sample[i] = Math.abs(sample[i]);
    }
    Arrays.sort(sample);
    double rank = quantile * (sample.length - 1);
    int below = (int) rank;
    double next = sample[Math.min(below + 1, sample.length - 1)];
    double value = sample[below] + (rank - below) * (next - sample[below]);
    return Math.min(Math.max(value, 1), largest);
  }
}
