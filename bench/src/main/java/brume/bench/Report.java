package brume.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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

  private Report() {}

  /**
   * Prints a table with a row for each benchmark and shape, or, if the first argument is {@code --lines},
   * one line of JSON for each. The table measures {@link Roofline} too.
   *
   * @param args {@code --lines}, then arguments of JMH
   * @throws CommandLineOptionException if JMH does not know an argument
   * @throws RunnerException if JMH fails
   * @throws JsonProcessingException if a figure cannot be written
   */
  public static void main(String[] args)
      throws CommandLineOptionException, RunnerException, JsonProcessingException {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    boolean lines = words.remove("--lines");
    CommandLineOptions asked = new CommandLineOptions(words.toArray(String[]::new));
    if (lines) {
      JsonMapper json = new JsonMapper();
      for (Figure figure : run(asked)) {
        System.out.println(json.writeValueAsString(figure));
      }
      return;
    }
    // The yardstick with its own times of warming up and measuring, whatever was asked for.
    List<Figure> figures =
        new ArrayList<>(run(new OptionsBuilder().include("\\.Roofline\\.").build()));
    run(asked).stream().filter(figure -> !figure.isYardstick()).forEach(figures::add);
    print(figures);
  }

  /** Runs benchmarks, with the progress on the error stream. */
  private static List<Figure> run(Options options) throws RunnerException {
    OutputFormat progress =
        OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
    return new Runner(options, progress)
        .run().stream()
            .map(Figure::of)
            .sorted(Comparator.comparing(Figure::benchmark))
            .toList();
  }

  private static void print(List<Figure> figures) {
    Ceilings ceilings = new Ceilings(figures);
    System.out.println(
        "| benchmark | shape | threads | operations/s | GFLOP/s | GB/s | of the roofline | limit |");
    System.out.println("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
    for (Figure figure : figures) {
      Ceilings.Share share = ceilings.share(figure);
      boolean yardstick = figure.isYardstick();
      System.out.printf(
          "| %s | %s | %d | %.4g | %s | %s | %s | %s |%n",
          figure.benchmark(),
          yardstick && !figure.shape().isEmpty() ? figure.shape() + " KiB" : figure.shape(),
          figure.threads(),
          figure.opsPerS(),
          counted(figure.gflopPerS()),
          counted(figure.gbytePerS()),
          yardstick ? "" : "%.0f %%".formatted(share.percent()),
          yardstick ? "" : share.limit());
    }
  }

  private static String counted(double perSecond) {
    return perSecond == 0 ? "" : "%.1f".formatted(perSecond);
  }
}
