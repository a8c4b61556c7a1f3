package brume.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tables of what Brume and its peers measured in alternation: medians over rounds, smallest and largest
 * values in parentheses, and ratios to the peer with the best median, taken round by round.
 */
public final class Comparison {

  private final List<Line> lines;
  private final List<String> ours;
  private final List<String> peers;
  private final PrintStream out;

  Comparison(List<Line> lines, PrintStream out) {
    this.lines = lines;
    this.ours = engines(lines, Line::ours);
    this.peers = peers(lines);
    this.out = out;
  }

  /**
   * Prints the tables of a file.
   *
   * @param args the file, as {@code bench/compare.sh} writes it
   * @throws IOException if it cannot be read
   */
  public static void main(String[] args) throws IOException {
    new Comparison(Line.allOrEnd(args[0]), System.out).print();
  }

  /** Who is compared with, in the order of their first lines. */
  static List<String> peers(List<Line> lines) {
    return engines(lines, line -> !line.ours() && !line.isMachine());
  }

  private static List<String> engines(List<Line> lines, Predicate<Line> which) {
    return lines.stream().filter(which).map(Line::engine).distinct().toList();
  }

  void print() throws IOException {
    String head = new MeasuredOn(lines).toString();
    if (!head.isEmpty()) {
      out.printf(Locale.ROOT, "%s%n%n", head);
    }
    steps("step, images/s", StepContests.rates(lines), "%.1f", false);
    steps(
        "largest resident memory, MiB (less is better)", StepContests.memory(lines), "%.0f", true);
    kernels();
  }

  /** One table, or, if it has more peers than fit beside each other, one with the best and one with all. */
  private void steps(String title, Map<String, Contest> contests, String format, boolean less) {
    if (contests.isEmpty()) {
      return;
    }
    List<String> present = peers.stream()
        .filter(peer -> contests.values().stream().anyMatch(contest -> contest.has(peer)))
        .toList();
    boolean all = present.size() <= 2;
    Stream<String> columns =
        all ? present.stream() : Stream.of(less ? "leanest peer" : "best peer");
    heading(title, Stream.concat(ours.stream(), columns), ratios());
    contests.forEach((name, contest) -> {
      String best = contest.best(peers, less).orElse("");
      Stream<String> cells = all
          ? spreads(contest, present, format)
          : Stream.of(best.isEmpty() ? "" : best + ": " + contest.spread(best, format));
      row(name, Stream.concat(spreads(contest, ours, format), cells), ratios(contest, less));
    });
    out.println();
    if (!all) {
      heading(title, present.stream(), Stream.of());
      contests.forEach(
          (name, contest) -> row(name, spreads(contest, present, format), Stream.of()));
      out.println();
    }
  }

  private static Stream<String> spreads(Contest contest, List<String> engines, String format) {
    return engines.stream().map(engine -> contest.spread(engine, format));
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
      out.printf(
          Locale.ROOT,
          "Measured peak: %.1f GFLOP/s on one core, %.1f on all. Percentages are of the roofline.%n%n",
          ceilings.arithmetic(1),
          ceilings.arithmetic(Integer.MAX_VALUE));
    }
    List<String> others = peers.stream()
        .filter(peer -> rows.values().stream().anyMatch(row -> row.contest().has(peer)))
        .toList();
    Stream<String> peer = others.isEmpty() ? Stream.of() : Stream.of("PyTorch", "better layout");
    heading("kernel, shape, threads, unit", Stream.concat(ours.stream(), peer), ratios());
    rows.forEach((name, row) -> row(
        name + ", " + row.unit(),
        Stream.concat(
            ours.stream().map(engine -> row.cell(engine, ceilings)),
            others.isEmpty() ? Stream.of() : better(row, others, ceilings)),
        ratios(row.contest(), false)));
    out.println();
  }

  /** The better of PyTorch's layouts, and which it is if both were measured. */
  private static Stream<String> better(KernelRow row, List<String> others, Ceilings ceilings) {
    String best = row.contest().best(others, false).orElse("");
    boolean layouts = others.stream().allMatch(row.contest()::has) && others.size() > 1;
    return Stream.of(
        row.cell(best, ceilings), layouts ? best.contains(",") ? "channels last" : "usual" : "");
  }

  private Stream<String> ratios() {
    return ours.stream().map(engine -> ours.size() == 1 ? "ratio" : "ratio of " + engine);
  }

  private Stream<String> ratios(Contest contest, boolean less) {
    return ours.stream().map(engine -> contest.ratio(engine, peers, less));
  }

  private void heading(String title, Stream<String> columns, Stream<String> ratios) {
    List<String> names = Stream.concat(columns, ratios).toList();
    row(title, names.stream(), Stream.of());
    row("---", names.stream().map(name -> "---"), Stream.of());
  }

  private void row(String first, Stream<String> cells, Stream<String> ratios) {
    out.println(Stream.of(Stream.of(first), cells, ratios)
        .flatMap(part -> part)
        .collect(Collectors.joining(" | ", "| ", " |")));
  }
}
