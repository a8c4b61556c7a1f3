package brume.bench;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks and says how much of the machine they use. */
public final class Report {

  private static final String ROOFLINE = "\\.Roofline\\.";

  private Report() {}

  /**
   * Prints a table with a row for each benchmark and shape, or, if the first argument is {@code --lines},
   * one line of JSON for each. The table measures all of {@link Roofline} before other benchmarks, with
   * times of its own; if nothing else is asked for, then what is asked as it is asked.
   *
   * @param args {@code --lines}, then arguments of JMH; its log goes to the error stream, or to the file
   *     of its {@code -o}, and then the error stream has a line for each benchmark
   * @throws RunnerException if JMH fails
   * @throws IOException if a figure or the log cannot be written
   */
  public static void main(String[] args) throws RunnerException, IOException {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    boolean lines = words.remove("--lines");
    try {
      CommandLineOptions asked = new CommandLineOptions(words.toArray(String[]::new));
      OutputFormat progress = progress(asked);
      if (lines) {
        printLines(run(asked, progress));
      } else {
        printTable(figures(asked, progress));
      }
    } catch (CommandLineOptionException wrong) {
      end(Text.of("%s; -h lists the options", wrong.getMessage()));
    } catch (NoBenchmarksException none) {
      end("expected patterns that find a benchmark, got others; -l lists all benchmarks");
    }
  }

  /** What is asked for, with its yardstick. */
  private static List<Figure> figures(Options asked, OutputFormat progress) throws RunnerException {
    Options kernels = new OptionsBuilder().parent(asked).exclude(ROOFLINE).build();
    boolean yardstickAlone = BenchmarkList.defaultList()
        .find(progress, kernels.getIncludes(), kernels.getExcludes())
        .isEmpty();
    if (yardstickAlone) {
      return run(asked, progress);
    }
    List<Figure> figures =
        new ArrayList<>(run(new OptionsBuilder().include(ROOFLINE).build(), progress));
    figures.addAll(run(kernels, progress));
    return figures;
  }

  private static List<Figure> run(Options options, OutputFormat progress) throws RunnerException {
    return new Runner(options, progress)
        .run().stream()
            .map(Figure::of)
            .sorted(Comparator.comparing(Figure::benchmark))
            .toList();
  }

  /** JMH's log: on the error stream, or in a file, with a line for each benchmark instead. */
  private static OutputFormat progress(Options asked) throws IOException {
    if (!asked.getOutput().hasValue()) {
      return OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
    }
    PrintStream file = new PrintStream(asked.getOutput().get(), StandardCharsets.UTF_8);
    OutputFormat log = OutputFormatFactory.createFormatInstance(file, VerboseMode.NORMAL);
    System.err.println("log: " + asked.getOutput().get());
    return (OutputFormat) Proxy.newProxyInstance(
        OutputFormat.class.getClassLoader(),
        new Class<?>[] {OutputFormat.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("startBenchmark")) {
            System.err.println("measuring " + Figure.label((BenchmarkParams) arguments[0]));
          }
          return method.invoke(log, arguments);
        });
  }

  private static void end(String sentence) {
    System.err.println("jmh: " + sentence);
    System.exit(1);
  }

  private static void printLines(List<Figure> figures) throws IOException {
    JsonMapper json = new JsonMapper();
    for (Figure figure : figures) {
      System.out.println(json.writeValueAsString(figure));
    }
  }

  private static void printTable(List<Figure> figures) {
    Ceilings ceilings = new Ceilings(figures);
    System.out.println(
        "| benchmark | shape | threads | operations/s | GFLOP/s | GB/s | of the roofline | limit |");
    System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
    for (Figure figure : figures) {
      Ceilings.Share share = ceilings.share(figure);
      boolean yardstick = figure.isYardstick();
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %d | %.4g | %s | %s | %s | %s |%n",
          figure.benchmark(),
          yardstick && !figure.shape().isEmpty() ? figure.shape() + " KiB" : figure.shape(),
          figure.threads(),
          figure.opsPerS(),
          counted(figure.gflopPerS()),
          counted(figure.gbytePerS()),
          yardstick ? "" : Text.of("%.0f %%", share.percent()),
          yardstick ? "" : share.limit());
    }
  }

  private static String counted(double perSecond) {
    return perSecond == 0 ? "" : Text.of("%.1f", perSecond);
  }
}
