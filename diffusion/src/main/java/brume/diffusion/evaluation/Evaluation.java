package brume.diffusion.evaluation;

import brume.diffusion.metric.ClassAccuracy;
import brume.diffusion.metric.Metric;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Compares samples with data by what was seen in both. */
public final class Evaluation {

  private final Map<String, Metric> metrics;
  private final Reference reference;
  private final FeatureExtractor extractor;
  private final double[] scale; // of each feature

  /**
   * Prepares comparisons with some data.
   *
   * @param metrics what to tell, by their names
   * @param reference the data
   * @param extractor that has looked at them
   */
  public Evaluation(Map<String, Metric> metrics, Reference reference, FeatureExtractor extractor) {
    this.metrics = new LinkedHashMap<>(metrics);
    this.reference = reference;
    this.extractor = extractor;
    this.scale = new double[extractor.width()];
    Arrays.setAll(scale, i -> extractor.standardized() ? deviation(reference.features(), i) : 1);
  }

  /** 1 for a feature that is always the same. */
  private static double deviation(double[][] rows, int feature) {
    double mean = Arrays.stream(rows).mapToDouble(row -> row[feature]).average().orElseThrow();
    double square = Arrays.stream(rows)
        .mapToDouble(row -> (row[feature] - mean) * (row[feature] - mean))
        .average()
        .orElseThrow();
    return square > 0 ? Math.sqrt(square) : 1;
  }

  /**
   * Figures of samples.
   *
   * @param drawn what was seen in them
   * @return those of all metrics, with intervals
   * @throws IllegalArgumentException if there are too few
   */
  public Figures of(FeatureSet drawn) {
    return between(
        scaled(reference.features()), scaled(drawn.features()), reference.logits(), drawn.logits());
  }

  /**
   * How often a classifier finds in samples the classes they were asked for.
   *
   * @param drawn what was seen in them
   * @param classes number of the class of each
   * @return shares of all, and of each class
   */
  public Figures accuracy(FeatureSet drawn, int... classes) {
    ClassAccuracy accuracy = ClassAccuracy.of(drawn.logits(), classes, extractor.classes());
    return new Figures(accuracy.figures(), accuracy.intervals());
  }

  /**
   * Figures of the data themselves: some of them, as if they were samples, beside the rest.
   *
   * @param count how many samples there are; at most half of the data are taken
   * @return what samples could be worth that are like the data; none if the data are too few
   */
  public Figures ofData(int count) {
    int some = Math.min(count, reference.size() / 2);
    boolean enough =
        metrics.values().stream().allMatch(metric -> some >= metric.least(extractor.width()));
    if (!enough) {
      return Figures.NONE;
    }
    double[][] all = scaled(reference.features()), logits = reference.logits();
    return between(
        Arrays.copyOfRange(all, some, all.length),
        Arrays.copyOf(all, some),
        logits,
        Arrays.copyOf(logits, Math.min(some, logits.length)));
  }

  private Figures between(
      double[][] real, double[][] generated, double[][] realLogits, double[][] logits) {
    Figures told = Figures.NONE;
    for (Metric metric : metrics.values()) {
      double[][] all = metric.seesLogits() ? realLogits : real;
      double[][] second = metric.seesLogits() ? logits : generated;
      boolean fewer = metric.wantsAsMany() && all.length > second.length;
      double[][] first = fewer ? Arrays.copyOf(all, second.length) : all;
      Map<String, Double> figures = metric.of(first, second);
      told = told.and(new Figures(figures, metric.intervals(first, second, figures)));
    }
    return told;
  }

  private double[][] scaled(double[][] rows) {
    if (!extractor.standardized()) {
      return rows;
    }
    double[][] scaled = new double[rows.length][scale.length];
    for (int n = 0; n < rows.length; n++) {
      for (int i = 0; i < scale.length; i++) {
        scaled[n][i] = rows[n][i] / scale[i];
      }
    }
    return scaled;
  }

  /**
   * The data.
   *
   * @return as given
   */
  public Reference reference() {
    return reference;
  }

  /**
   * What looks at samples.
   *
   * @return as given
   */
  public FeatureExtractor extractor() {
    return extractor;
  }
}
