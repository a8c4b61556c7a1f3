package brume.bench;

import brume.tensor.Text;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What stands at the head of a comparison: the machine, how busy it was, and the versions of peers. */
final class MeasuredOn {

  private final List<Line> machine;
  private final List<Line> measured;

  MeasuredOn(Collection<Line> lines) {
    this.machine = lines.stream().filter(Line::isMachine).toList();
    this.measured = lines.stream().filter(line -> !line.isMachine()).toList();
  }

  /** Sentences, or nothing where the machine is not told. */
  @Override
  public String toString() {
    if (machine.isEmpty()) {
      return "";
    }
    List<Double> others =
        measured.stream().map(Line::others).filter(Objects::nonNull).toList();
    String busy = others.isEmpty()
        ? ""
        : Text.of(" Other programs kept %s cores busy meanwhile.", Contest.spread(others, "%.2f"));
    return Text.of(
        "Measured on %s with %s cores, by %s threads. Load when rounds began: %s.%s Engines: %s.",
        said(machine, "cpu"),
        said(machine, "cores"),
        said(measured, "threads"),
        words(machine, line -> line.figures().path("load").asText()),
        busy,
        said(measured, "peer"));
  }

  /** The different values of a figure. */
  private static String said(List<Line> lines, String figure) {
    List<Line> told =
        lines.stream().filter(line -> line.figures().hasNonNull(figure)).toList();
    return words(told, line -> line.figures().path(figure).asText());
  }

  private static String words(List<Line> lines, Function<Line, String> word) {
    return lines.stream().map(word).distinct().collect(Collectors.joining(", "));
  }
}
