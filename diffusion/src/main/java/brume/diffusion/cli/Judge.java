package brume.diffusion.cli;

import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import brume.diffusion.metric.Metric;
import brume.diffusion.metric.RandomFeatures;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Compares samples with the data by their features: those of {@link RandomFeatures}, or the numbers
 * themselves of samples of few numbers. Each feature is divided by its deviation over the data, so that all of
 * them count the same.
 */
final class Judge {

  private static final int MOST_REAL = 10_000; // of the data, chosen by chance
  private static final int FEW = 256; // numbers of a sample that need no network
  private static final int CHUNK = 1 << 22; // numbers read at once

  private final Metric metric;
  private final Shape sample;
  private final Optional<RandomFeatures> network;
  private final double[] scale; // of each feature
  private final double[][] real;

  /**
   * Looks at the data.
   *
   * @param metric what to tell
   * @param data to compare with; at most {@value #MOST_REAL} of them are looked at
   * @param device where to look; the innermost scope owns the network
   */
  Judge(Metric metric, Dataset data, Device device) throws IOException {
    this.metric = metric;
    this.sample = Shape.of(data.height(), data.width(), data.channels());
    this.network =
        sample.size() <= FEW ? Optional.empty() : Optional.of(new RandomFeatures(device, sample));
    this.real = featuresOf(data);
    this.scale = deviations(real);
    for (double[] row : real) {
      divide(row);
    }
  }

  /** How many of the data samples are compared with. */
  int real() {
    return real.length;
  }

  /** What stands for a sample. */
  String features() {
    return network.isPresent()
        ? RandomFeatures.WIDTH + " of a random convolutional network"
        : "the " + sample.size() + " numbers of a sample";
  }

  /** Figures of samples, (N, H, W, C) values in [0, 1]. */
  Map<String, Double> of(float[] drawn) {
    double[][] features = features(drawn);
    for (double[] row : features) {
      divide(row);
    }
    return metric.of(real, features);
  }

  /** Figures of some of the data themselves beside the rest; none if the rest would be fewer. */
  Optional<Map<String, Double>> ofData(int count) {
    return real.length < 2 * count
        ? Optional.empty()
        : Optional.of(
            metric.of(Arrays.copyOfRange(real, count, real.length), Arrays.copyOf(real, count)));
  }

  private double[][] featuresOf(Dataset data) throws IOException {
    Batches byChance = new Batches(data, 0, false);
    int count = Math.min(MOST_REAL, data.size());
    int most = Math.max(1, CHUNK / sample.size());
    double[][] all = new double[count][];
    for (int first = 0; first < count; first += most) {
      int n = Math.min(most, count - first);
      float[] some = new float[Shape.product(n, sample.size())];
      byChance.read(first, n, some);
      System.arraycopy(features(some), 0, all, first, n);
    }
    return all;
  }

  private double[][] features(float[] samples) {
    if (network.isPresent()) {
      return network.get().of(samples);
    }
    int size = sample.size();
    double[][] rows = new double[samples.length / size][size];
    for (int i = 0; i < samples.length; i++) {
      rows[i / size][i % size] = samples[i];
    }
    return rows;
  }

  private void divide(double[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] /= scale[i];
    }
  }

  /** 1 for features that are always the same. */
  private static double[] deviations(double[][] rows) {
    int width = rows[0].length;
    double[] deviations = new double[width];
    for (int i = 0; i < width; i++) {
      int feature = i;
      double mean =
          Arrays.stream(rows).mapToDouble(row -> row[feature]).average().orElseThrow();
      double square = Arrays.stream(rows)
          .mapToDouble(row -> (row[feature] - mean) * (row[feature] - mean))
          .average()
          .orElseThrow();
      deviations[i] = square > 0 ? Math.sqrt(square) : 1;
    }
    return deviations;
  }

  /** Refuses counts of which no covariance can be told. */
  static void requireEnough(int count) {
    UsageException.unless(
        count >= 2 && count <= 1_000_000,
        Text.of("--count: expected 2 to 1,000,000, got %d", count));
  }

  /** The numbers of the samples that are judged: the first of the seed. */
  static SampleNumbers numbers(int count) {
    return SampleNumbers.first(count);
  }
}
