package brume.bench;

import brume.tensor.Text;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One quantity of one piece of work, by engine and round. Mutable: rounds are added. */
final class Contest {

  private final Map<String, TreeMap<Integer, Double>> byEngine = new LinkedHashMap<>();

  void add(String engine, int round, double value) {
    byEngine.computeIfAbsent(engine, name -> new TreeMap<>()).put(round, value);
  }

  /** Whether an engine took part. */
  boolean has(String engine) {
    return byEngine.containsKey(engine);
  }

  /** The median over rounds of an engine that took part. */
  double median(String engine) {
    return median(of(engine).values());
  }

  /** Median and, of more than one round, the smallest and the largest value. */
  String spread(String engine, String format) {
    return has(engine) ? spread(of(engine).values(), format) : "";
  }

  /** Who of several has the largest median, or the smallest if less is better; absent ones do not count. */
  Optional<String> best(Collection<String> engines, boolean less) {
    Comparator<String> byMedian = Comparator.comparingDouble(this::median);
    return engines.stream().filter(this::has).max(less ? byMedian.reversed() : byMedian);
  }

  /** Those of several that took part and whose median is below a part of the best one's; more is better. */
  List<String> behind(Collection<String> engines, double part) {
    double least = part * best(engines, false).map(this::median).orElse(0.0);
    return engines.stream()
        .filter(this::has)
        .filter(engine -> median(engine) < least)
        .toList();
  }

  /** Ours by the best of the others, round by round. */
  String ratio(String ours, Collection<String> others, boolean less) {
    String best = best(others, less).orElse("");
    List<Double> ratios = of(ours).entrySet().stream()
        .filter(round -> of(best).containsKey(round.getKey()))
        .map(round -> round.getValue() / of(best).getOrDefault(round.getKey(), Double.NaN))
        .collect(Collectors.toList());
    return ratios.isEmpty() ? "" : spread(ratios, "%.2f");
  }

  private Map<Integer, Double> of(String engine) {
    return byEngine.getOrDefault(engine, new TreeMap<>());
  }

  /** Median and, of more than one value, the smallest and the largest. */
  static String spread(Collection<Double> values, String format) {
    double[] sorted = sorted(values);
    String middle = Text.of(format, median(values));
    return sorted.length == 1
        ? middle
        : Text.of(
            "%s (%s-%s)",
            middle, Text.of(format, sorted[0]), Text.of(format, sorted[sorted.length - 1]));
  }

  private static double median(Collection<Double> values) {
    double[] sorted = sorted(values);
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }

  private static double[] sorted(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
