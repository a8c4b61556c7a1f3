package brume.diffusion.cli;

import brume.diffusion.evaluation.FeatureExtractor;
import brume.diffusion.metric.Metric;
import brume.diffusion.metric.Metrics;
import brume.diffusion.settings.Guess;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics that were asked for.
 *
 * @param names in the order in which they are told
 * @param asked whether somebody named them; otherwise what cannot be told is left out
 */
record MetricChoice(List<String> names, boolean asked) {

  /** How often a classifier finds the classes that samples were asked to be of. */
  static final String ACCURACY = "accuracy";

  /** Bits per dimension of the model, and its loss at levels of noise; neither looks at samples. */
  static final String BITS = "bits", LOSS = "loss";

  private static final String FIRST = "frechet-distance";
  private static final List<String> BESIDES = List.of(ACCURACY, BITS, LOSS);

  /**
   * Reads names.
   *
   * @param words with commas between them; null for the usual ones
   * @param ways how many ways of drawing are compared; of several, one figure is told unless told otherwise
   */
  static MetricChoice of(@Nullable String words, int ways) {
    List<String> known =
        Stream.concat(Metrics.CATALOG.names().stream(), BESIDES.stream()).toList();
    if (words == null) {
      List<String> usual = new ArrayList<>(Metrics.CATALOG.names());
      usual.add(ACCURACY);
      return new MetricChoice(ways > 1 ? List.of(FIRST) : usual, false);
    }
    List<String> names = Stream.of(words.split(",", -1)).map(String::strip).toList();
    for (String name : names) {
      UsageException.unless(
          known.contains(name),
          Text.of(
              "--metric: expected some of %s, or shapes or clip alone, got %s%s",
              String.join(", ", known), name, Guess.of(name, known)));
    }
    UsageException.unless(
        names.stream().distinct().count() == names.size(),
        "--metric: expected each name once, got " + words);
    return new MetricChoice(names, true);
  }

  /**
   * Those that compare features or look at logits.
   *
   * @param extractor gives both
   * @param samples that will be compared
   * @param real of the data they are compared with
   * @param option that tells how many samples there are
   */
  Map<String, Metric> compared(FeatureExtractor extractor, int samples, int real, String option) {
    Map<String, Metric> metrics = new LinkedHashMap<>();
    List<String> missed = new ArrayList<>();
    for (String name : names) {
      if (!BESIDES.contains(name)) {
        Metric metric = Metrics.CATALOG.named(name).defaults();
        String missing = missing(name, metric, extractor, samples, real, option);
        if (missing.isEmpty()) {
          metrics.put(name, metric);
        } else if (!metric.seesLogits() || asked) {
          missed.add(missing);
        }
      }
    }
    UsageException.unless(
        missed.isEmpty() || !asked && !metrics.isEmpty(), String.join("; ", missed));
    missed.forEach(sentence -> Telling.warn("left out " + sentence));
    return metrics;
  }

  /** Why a metric would mean nothing, as a sentence; empty if it does not. */
  private static String missing(
      String name,
      Metric metric,
      FeatureExtractor extractor,
      int samples,
      int real,
      String option) {
    if (metric.seesLogits() && !extractor.tellsClasses()) {
      return Text.of(
          "%s: expected features that tell classes, such as --classifier RUN, got %s",
          name, extractor.describe());
    }
    int width = extractor.width(), least = metric.least(width);
    if (Math.min(samples, real) >= least) {
      return "";
    }
    return samples < least
        ? Text.of(
            "%s: expected %,d samples or more for %d features, got %,d; give a larger %s",
            name, least, width, samples, option)
        : Text.of(
            "%s: expected %,d of the data or more for %d features, got %,d; give others of --features",
            name, least, width, real);
  }

  /**
   * Whether to tell how often samples show the classes they were asked to be of.
   *
   * @param option that names metrics
   * @param extractor looks at samples
   * @param classes that the model is told, in order; empty if it is told none
   */
  boolean tellsAccuracy(String option, FeatureExtractor extractor, List<String> classes) {
    if (!names.contains(ACCURACY)) {
      return false;
    }
    boolean can = !classes.isEmpty() && extractor.classes().equals(classes);
    UsageException.unless(
        can || !asked,
        Text.of(
            "%s: expected accuracy with a model that is told classes, and features of a classifier of the"
                + " same, got a model %s and %s",
            option,
            classes.isEmpty() ? "without classes" : "of " + String.join(", ", classes),
            extractor.describe()));
    return can;
  }

  /** Whether a metric of the model itself is wanted. */
  boolean wants(String name) {
    return names.contains(name);
  }

  /** Whether nothing is asked of samples. */
  boolean looksAtModelAlone() {
    return names.stream().allMatch(name -> name.equals(BITS) || name.equals(LOSS));
  }
}
