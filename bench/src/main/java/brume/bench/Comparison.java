package brume.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tables of what Brume and PyTorch measured in alternation: medians over rounds, smallest and largest
 * values in parentheses, and ratios to the better of PyTorch's two layouts, taken round by round.
 */
public final class Comparison {

  private final List<Line> lines;
  private final List<String> ours;
  private final List<String> others;

  private Comparison(List<Line> lines) {
    this.lines = lines;
    Set<String> ours = new LinkedHashSet<>(), others = new LinkedHashSet<>();
    lines.forEach(line -> (line.ours() ? ours : others).add(line.engine()));
    this.ours = List.copyOf(ours);
    this.others = List.copyOf(others);
  }

  /**
   * Prints the tables of a file.
   *
   * @param args the file, as {@code bench/compare.sh} writes it
   * @throws IOException if it cannot be read
   */
  public static void main(String[] args) throws IOException {
    try {
      Comparison comparison = new Comparison(Line.all(Path.of(args[0])));
      comparison.steps();
      comparison.memory();
      comparison.kernels();
    } catch (JsonProcessingException other) {
      System.err.printf(
          Locale.ROOT,
          "jmh: %s: expected figures as compare.sh writes them, a line of JSON each; %s%n",
          args[0],
          other.getOriginalMessage());
      System.exit(1);
    }
  }

  private void steps() {
    Map<String, Contest> contests = new LinkedHashMap<>();
    for (Line line : lines) {
      double batch = line.number("batch");
      double training = line.number("train_images_per_s");
      double sampling = batch / line.number("forward_s");
      add(contests, line, line.work().equals("training") ? training : sampling);
    }
    print("step, images/s", contests, "%.1f", false);
  }

  private void memory() {
    Map<String, Contest> contests = new LinkedHashMap<>();
    for (Line line : lines) {
      if (line.work().equals("training")) {
        add(contests, line, line.number("peak_mib"));
      }
    }
    print("largest resident memory, MiB (less is better)", contests, "%.0f", true);
  }

  private static void add(Map<String, Contest> contests, Line line, double value) {
    if (!Double.isNaN(value)) {
      contests
          .computeIfAbsent(line.work() + " " + line.shape(), name -> new Contest())
          .add(line.engine(), line.round(), value);
    }
  }

  private void kernels() throws IOException {
    List<Figure> figures = new ArrayList<>();
    Map<String, KernelRow> rows = new LinkedHashMap<>();
    for (Line line : lines) {
      if (line.work().equals("kernels") && line.ours()) {
        Figure figure = line.kernel();
        figures.add(figure);
        if (!figure.isYardstick()) {
          rows.computeIfAbsent(figure.name(), name -> new KernelRow(figure, new Contest()));
        }
      }
    }
    for (Line line : lines) {
      KernelRow row = line.work().equals("kernels") ? rows.get(line.kernel().name()) : null;
      if (row != null) {
        row.contest().add(line.engine(), line.round(), row.inUnits(line.kernel()));
      }
    }
    if (rows.isEmpty()) {
      return;
    }
    Ceilings ceilings = new Ceilings(figures);
    if (ceilings.known()) {
      System.out.printf(
          Locale.ROOT,
          "Measured peak: %.1f GFLOP/s on one core, %.1f on all. Percentages are of the roofline.%n%n",
          ceilings.arithmetic(1),
          ceilings.arithmetic(Integer.MAX_VALUE));
    }
    Stream<String> peer = others.isEmpty() ? Stream.of() : Stream.of("PyTorch", "better layout");
    heading("kernel, shape, threads, unit", Stream.concat(ours.stream(), peer).toList());
    rows.forEach((name, row) -> row(
        name + ", " + row.unit(),
        Stream.concat(
            ours.stream().map(engine -> row.cell(engine, ceilings)),
            others.isEmpty() ? Stream.of() : better(row, ceilings)),
        ours.stream().map(engine -> row.contest().ratio(engine, others, false))));
    System.out.println();
  }

  /** The better of PyTorch's layouts, and which it is if both were measured. */
  private Stream<String> better(KernelRow row, Ceilings ceilings) {
    String best = row.contest().best(others, false).orElse("");
    boolean layouts = others.stream().allMatch(row.contest()::has) && others.size() > 1;
    return Stream.of(
        row.cell(best, ceilings), layouts ? best.contains(",") ? "channels last" : "usual" : "");
  }

  private void print(String title, Map<String, Contest> contests, String format, boolean less) {
    if (contests.isEmpty()) {
      return;
    }
    heading(title, engines().toList());
    contests.forEach((name, contest) -> row(
        name,
        engines().map(engine -> contest.spread(engine, format)),
        ours.stream().map(engine -> contest.ratio(engine, others, less))));
    System.out.println();
  }

  private Stream<String> engines() {
    return Stream.concat(ours.stream(), others.stream());
  }

  private void heading(String title, List<String> columns) {
    Stream<String> ratios =
        ours.stream().map(engine -> ours.size() == 1 ? "ratio" : "ratio of " + engine);
    row(title, columns.stream(), ratios);
    row("---", columns.stream().map(column -> "---"), ours.stream().map(engine -> "---"));
  }

  private static void row(String first, Stream<String> cells, Stream<String> ratios) {
    System.out.println(Stream.of(Stream.of(first), cells, ratios)
        .flatMap(part -> part)
        .collect(Collectors.joining(" | ", "| ", " |")));
  }
}
