package brume.diffusion.run;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.likelihood.BitsPerDimension;
import brume.diffusion.likelihood.VariationalBound;
import brume.nn.Denoiser;
import brume.nn.Labelled;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * The variational bound of some samples of a set, in bits per dimension: the mean of all, how sure it
 * is, and how much each part contributes. Sample i has its own noise, whatever the size of batches.
 *
 * @param samples how many
 * @param mean of their bounds
 * @param standardError of the mean
 * @param prior mean of L_T
 * @param terms mean of L_t for every time t
 */
@SuppressWarnings("ArrayRecordComponent") // figures are read, never compared
public record Likelihood(
    int samples, double mean, double standardError, double prior, double[] terms) {

  /**
   * Evaluates the bound.
   *
   * @param bound what to evaluate
   * @param model the network
   * @param data whose first samples
   * @param tellsClasses whether the network is told the class of each
   * @param count how many of them, at most its size
   * @param batch how many at once
   * @param seed of the noise
   * @param device where the network is
   * @param progress is told how many samples are done
   * @return the figures
   * @throws IOException if a sample cannot be read
   */
  public static Likelihood of(
      VariationalBound bound,
      Denoiser model,
      Dataset data,
      boolean tellsClasses,
      int count,
      int batch,
      long seed,
      Device device,
      LongConsumer progress)
      throws IOException {
    int steps = bound.process().q().steps(), size = data.pictureLength();
    RandomKey key = RandomKey.of(seed).child("likelihood");
    double sum = 0, squares = 0, prior = 0;
    double[] terms = new double[steps];
    for (int first = 0; first < count; first += batch) {
      int n = Math.min(batch, count - first), from = first;
      float[] pictures = new float[Shape.product(n, size)];
      for (int i = 0; i < n; i++) {
        data.read(first + i, false, pictures, i * size);
      }
      try (Scope scope = Scope.open()) {
        Shape shape = Shape.of(n, data.height(), data.width(), data.channels());
        Tensor x0 = PictureTensor.of(device, shape, pictures);
        Denoiser told = tellsClasses ? new Labelled(model, labels(data, first, n)) : model;
        BitsPerDimension bits = BitsPerDimension.of(bound, told, x0, time -> {
          Tensor noise = x0.like();
          RandomKernels.of(noise).normal(key.child("time", time), (long) from * size, noise);
          return noise;
        });
        for (int i = 0; i < n; i++) {
          double total = bits.total(i);
          sum += total;
          squares += total * total;
          prior += bits.prior(i);
          for (int t = 0; t < steps; t++) {
            terms[t] += bits.term(i, t);
          }
        }
      }
      progress.accept(first + n);
    }
    double mean = sum / count;
    double variance = count < 2 ? 0 : Math.max(0, squares - count * mean * mean) / (count - 1);
    for (int t = 0; t < steps; t++) {
      terms[t] /= count;
    }
    return new Likelihood(count, mean, Math.sqrt(variance / count), prior / count, terms);
  }

  private static int[] labels(Dataset data, int first, int count) {
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> data.label(first + i));
    return labels;
  }
}
