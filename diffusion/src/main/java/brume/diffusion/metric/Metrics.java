package brume.diffusion.metric;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The metrics by name. */
public final class Metrics {

  static final String NEIGHBOR =
      "Number of the neighbor that a ball reaches out to, the sample itself not counted.";

  /** All of them. */
  public static final Catalog<Metric> CATALOG = Catalog.of("metric", "metrics", Metric.class)
      .add(
          "frechet-distance",
          new Frechet(),
          "Distance of the normal distributions that features have; FID where they are Inception's.",
          "Heusel et al. (2017)")
      .add(
          "kernel-distance",
          new Kernel(100, 1000, 0),
          "Maximum mean discrepancy of subsets; KID where features are Inception's.",
          "Bińkowski et al. (2018)")
      .add(
          "precision-recall",
          new Shares(3, Rounding.NONE),
          "How much of what was generated looks real, and of what is real can be generated.",
          "Kynkäänniemi et al. (2019)")
      .add(
          "density-coverage",
          new Density(5),
          "The same, little disturbed by outliers.",
          "Naeem et al. (2020)")
      .add(
          "inception-score",
          new Score(10),
          "How sure a classifier is of samples, and how varied its answers; features are its logits.",
          "Salimans et al. (2016)");

  private static final String FRECHET = "frechet distance", KERNEL = "kernel distance";
  private static final String PRECISION = "precision", RECALL = "recall", COVERAGE = "coverage";
  private static final String SCORE = "inception score";
  private static final int MOST_DECOMPOSED = 256;

  private Metrics() {}

  private static Map<String, Interval> ofShares(
      Map<String, Double> figures, Map<String, Integer> samples) {
    Map<String, Interval> intervals = new LinkedHashMap<>();
    samples.forEach((name, count) ->
        intervals.put(name, Interval.ofShare(figures.getOrDefault(name, Double.NaN), count)));
    return intervals;
  }

  /** {@link FrechetDistance}. */
  public record Frechet() implements Metric {
    @Override
    public double score(Map<String, Double> figures) {
      return figures.getOrDefault(FRECHET, Double.NaN);
    }

    @Override
    public Map<String, Double> of(double[][] real, double[][] generated) {
      return Map.of(FRECHET, FrechetDistance.between(Moments.of(real), Moments.of(generated)));
    }

    /** None of many features, whose covariances take too long to be decomposed a hundred times. */
    @Override
    public Map<String, Interval> intervals(
        double[][] real, double[][] generated, Map<String, Double> figures) {
      Double figure = figures.get(FRECHET);
      if (figure == null || generated[0].length > MOST_DECOMPOSED) {
        return Map.of();
      }
      Moments ofReal = Moments.of(real);
      RandomKey key = RandomKey.of(0).child("interval");
      return Map.of(FRECHET, Interval.bootstrap(figure, generated.length, key, drawn -> {
        double[][] rows = Arrays.stream(drawn).mapToObj(i -> generated[i]).toArray(double[][]::new);
        return FrechetDistance.between(ofReal, Moments.of(rows));
      }));
    }

    /** Fewer have covariances that tell nothing of some directions. */
    @Override
    public int least(int features) {
      return features + 1;
    }
  }

  /**
   * {@link KernelDistance}.
   *
   * @param subsets S, how many are compared
   * @param subsetSize rows of each, at most as many as there are
   * @param seed of what is in them
   */
  public record Kernel(
      @About(
              value = "How many subsets are compared; one where each would hold all samples.",
              min = 1,
              max = 100_000)
          int subsets,
      @About(value = "Samples of each subset; all of them where there are fewer.", min = 2)
          int subsetSize,
      @About("Seed of what is in the subsets.") long seed)
      implements Metric {
    @Override
    public double score(Map<String, Double> figures) {
      return figures.getOrDefault(KERNEL, Double.NaN);
    }

    @Override
    public Map<String, Double> of(double[][] real, double[][] generated) {
      int n = Math.min(subsetSize, Math.min(real.length, generated.length));
      boolean whole = n == real.length && n == generated.length; // all subsets are the same
      double[] distances = new double[whole ? 1 : subsets];
      for (int s = 0; s < distances.length; s++) {
        RandomKey key = RandomKey.of(seed).child("subset", s);
        distances[s] = KernelDistance.between(
            drawn(real, n, key.child("real")), drawn(generated, n, key.child("generated")));
      }
      double mean = Arrays.stream(distances).average().orElse(Double.NaN);
      double variance =
          Arrays.stream(distances).map(d -> (d - mean) * (d - mean)).average().orElse(Double.NaN);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(KERNEL, mean);
      figures.put("deviation of kernel distance", Math.sqrt(variance));
      return figures;
    }

    /** Rows without repetition: those with the n smallest of numbers drawn for all. */
    private static double[][] drawn(double[][] rows, int n, RandomKey key) {
      if (n == rows.length) {
        return rows;
      }
      double[] order = new double[rows.length];
      key.fillUniform(0, order, 0, order.length);
      return IntStream.range(0, rows.length)
          .boxed()
          .sorted((a, b) -> Double.compare(order[a], order[b]))
          .limit(n)
          .map(i -> rows[i])
          .toArray(double[][]::new);
    }
  }

  /**
   * {@link PrecisionRecall}.
   *
   * @param neighbor k
   * @param rounding of features and radii
   */
  public record Shares(
      @About(value = NEIGHBOR, min = 1) int neighbor,
      @About("Whether features and radii are rounded to half precision, as ddpm-torch does.")
          Rounding rounding)
      implements Metric {
    @Override
    public double score(Map<String, Double> figures) {
      double precision = figures.getOrDefault(PRECISION, 0.0);
      double recall = figures.getOrDefault(RECALL, 0.0);
      return precision + recall == 0 ? 0 : -2 * precision * recall / (precision + recall);
    }

    @Override
    public Map<String, Double> of(double[][] real, double[][] generated) {
      PrecisionRecall shares = PrecisionRecall.between(
          Manifold.of(real, neighbor, rounding), Manifold.of(generated, neighbor, rounding));
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(PRECISION, shares.precision());
      figures.put(RECALL, shares.recall());
      return figures;
    }

    @Override
    public Map<String, Interval> intervals(
        double[][] real, double[][] generated, Map<String, Double> figures) {
      return ofShares(figures, Map.of(PRECISION, generated.length, RECALL, real.length));
    }

    @Override
    public int least(int features) {
      return neighbor + 1;
    }

    @Override
    public boolean wantsAsMany() {
      return true;
    }
  }

  /**
   * {@link DensityCoverage}.
   *
   * @param neighbor k
   */
  public record Density(@About(value = NEIGHBOR, min = 1) int neighbor) implements Metric {
    @Override
    public double score(Map<String, Double> figures) {
      return -figures.getOrDefault(COVERAGE, 0.0);
    }

    @Override
    public Map<String, Double> of(double[][] real, double[][] generated) {
      DensityCoverage both = DensityCoverage.between(real, generated, neighbor);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("density", both.density());
      figures.put(COVERAGE, both.coverage());
      return figures;
    }

    @Override
    public Map<String, Interval> intervals(
        double[][] real, double[][] generated, Map<String, Double> figures) {
      return ofShares(figures, Map.of(COVERAGE, real.length));
    }

    @Override
    public int least(int features) {
      return neighbor + 1;
    }

    @Override
    public boolean wantsAsMany() {
      return true;
    }
  }

  /**
   * {@link InceptionScore}.
   *
   * @param splits parts that are scored one by one
   */
  public record Score(@About(value = "Parts that are scored one by one.", min = 1) int splits)
      implements Metric {
    @Override
    public double score(Map<String, Double> figures) {
      return -figures.getOrDefault(SCORE, Double.NaN);
    }

    @Override
    public Map<String, Double> of(double[][] real, double[][] generated) {
      if (generated.length < splits) {
        throw new IllegalArgumentException(Text.of(
            "inception score: expected %d samples or more, one for each split, got %d",
            splits, generated.length));
      }
      InceptionScore score = InceptionScore.of(generated, splits);
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put(SCORE, score.mean());
      figures.put("deviation of inception score", score.deviation());
      return figures;
    }

    @Override
    public boolean seesLogits() {
      return true;
    }

    @Override
    public int least(int features) {
      return splits;
    }
  }
}
