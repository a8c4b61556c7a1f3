package brume.diffusion.evaluation;

import brume.diffusion.metric.Interval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What samples are worth.
 *
 * @param values by their names, in the order in which they are told
 * @param intervals of some of them
 */
public record Figures(Map<String, Double> values, Map<String, Interval> intervals) {

  /** None at all. */
  public static final Figures NONE = new Figures(Map.of(), Map.of());

  /** Copies the maps. {@inheritDoc} */
  public Figures {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    intervals = Map.copyOf(intervals);
  }

  /**
   * These and others.
   *
   * @param others behind these
   * @return both
   */
  public Figures and(Figures others) {
    Map<String, Double> all = new LinkedHashMap<>(values);
    all.putAll(others.values);
    Map<String, Interval> sure = new LinkedHashMap<>(intervals);
    sure.putAll(others.intervals);
    return new Figures(all, sure);
  }
}
