package brume.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** How engines did at steps of networks: a contest for each piece of work. */
final class StepContests {

  private StepContests() {}

  /** Images per second. */
  static Map<String, Contest> rates(List<Line> lines) {
    return contests(lines, StepContests::rate);
  }

  /** Largest resident memory of training, MiB. */
  static Map<String, Contest> memory(List<Line> lines) {
    return contests(
        lines.stream().filter(line -> line.work().equals("training")).toList(),
        line -> line.number("peak_mib"));
  }

  private static double rate(Line line) {
    return line.work().equals("training")
        ? line.number("train_images_per_s")
        : line.number("batch") / line.number("forward_s");
  }

  private static Map<String, Contest> contests(List<Line> lines, ToDoubleFunction<Line> quantity) {
    Map<String, Contest> contests = new LinkedHashMap<>();
    for (Line line : lines) {
      double value = quantity.applyAsDouble(line);
      if (!Double.isNaN(value)) {
        contests
            .computeIfAbsent(line.task(), name -> new Contest())
            .add(line.engine(), line.round(), value);
      }
    }
    return contests;
  }
}
