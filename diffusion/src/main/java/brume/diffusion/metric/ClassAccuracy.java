package brume.diffusion.metric;

import brume.tensor.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How often a classifier finds in samples the classes that they were asked to be of.
 *
 * @param classes names, in order
 * @param right samples of each class that were found to be of it
 * @param of samples of each class
 * @see <a href="https://arxiv.org/abs/1905.10887">Ravuri and Vinyals, Classification Accuracy Score for
 *     Conditional Generative Models (2019), for how far one can trust it</a>
 */
@SuppressWarnings("ArrayRecordComponent") // figures are told, never compared
public record ClassAccuracy(List<String> classes, int[] right, int[] of) {

  private static final String ACCURACY = "accuracy";

  /**
   * Counts.
   *
   * @param logits (N, K) of the classifier
   * @param asked (N) number of the class of each sample
   * @param classes K names
   * @return the counts
   * @throws IllegalArgumentException if there are not as many of all
   */
  public static ClassAccuracy of(double[][] logits, int[] asked, List<String> classes) {
    if (logits.length != asked.length || logits.length > 0 && logits[0].length != classes.size()) {
      throw new IllegalArgumentException(Text.of(
          "accuracy: expected logits of %d classes for %d samples, got %d rows",
          classes.size(), asked.length, logits.length));
    }
    int[] right = new int[classes.size()], of = new int[classes.size()];
    for (int i = 0; i < asked.length; i++) {
      of[asked[i]]++;
      right[asked[i]] += best(logits[i]) == asked[i] ? 1 : 0;
    }
    return new ClassAccuracy(List.copyOf(classes), right, of);
  }

  private static int best(double... logits) {
    int best = 0;
    for (int k = 1; k < logits.length; k++) {
      best = logits[k] > logits[best] ? k : best;
    }
    return best;
  }

  /**
   * The share of all samples, and that of each class that was asked for.
   *
   * @return from 0 to 1, by names
   */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(ACCURACY, share(IntStream.of(right).sum(), IntStream.of(of).sum()));
    for (int k = 0; k < of.length; k++) {
      if (of[k] > 0) {
        figures.put(name(k), share(right[k], of[k]));
      }
    }
    return figures;
  }

  /**
   * How sure the shares are.
   *
   * @return intervals by the names of the figures
   */
  public Map<String, Interval> intervals() {
    Map<String, Interval> intervals = new LinkedHashMap<>();
    int all = IntStream.of(of).sum();
    intervals.put(ACCURACY, Interval.ofShare(share(IntStream.of(right).sum(), all), all));
    for (int k = 0; k < of.length; k++) {
      if (of[k] > 0) {
        intervals.put(name(k), Interval.ofShare(share(right[k], of[k]), of[k]));
      }
    }
    return intervals;
  }

  private static double share(int some, int all) {
    return some / (double) all;
  }

  private String name(int k) {
    return ACCURACY + " of " + classes.get(k);
  }
}
