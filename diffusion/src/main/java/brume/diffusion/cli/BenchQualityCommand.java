package brume.diffusion.cli;

import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code brume bench quality}: what samples are worth after some minutes of training. */
@Command(
    name = "quality",
    description = {
      "Trains a preset for some minutes, several times from nothing, and judges samples of each run as brume eval"
          + " does, beside what the data themselves come to.",
      "First it trains for ten seconds, or as long as the shortest run, to learn how long a step takes: each run has"
          + " as many steps as fit into its minutes, so that its learning rate comes to its end. It takes as long as"
          + " all runs together, and a minute or two more for each."
    },
    sortOptions = false)
final class BenchQualityCommand implements Callable<Integer> {

  private static final int PROBE = 10; // seconds, unless the shortest run is shorter
  private static final int MOST = 1_000_000; // samples

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "fashion",
      description = "What is trained. Default: ${DEFAULT-VALUE}.")
  private String preset = "fashion";

  @Option(
      names = "--minutes",
      split = ",",
      paramLabel = "X,X,..",
      hideParamSyntax = true,
      defaultValue = "1,3,10",
      description = "Minutes of each run. Default: ${DEFAULT-VALUE}.")
  private List<Double> minutes = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Samples of each run that are judged. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = "quality",
      description = "Where the runs and quality.md are written. Default: ${DEFAULT-VALUE}.")
  private Path out = Path.of("quality");

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        minutes.stream().allMatch(each -> each > 0 && each <= 10_000),
        "--minutes: expected numbers above 0, got " + minutes);
    UsageException.unless(
        count >= 2 && count <= MOST, Text.of("--count: expected 2 to %,d, got %d", MOST, count));
    UsageException.unless(
        !Files.exists(out), "--out: expected a new folder, got " + out + ", which is there");
    Path probe = out.resolve("probe");
    double shortest = minutes.stream().mapToDouble(each -> each).min().orElse(PROBE);
    String budget = Math.max(1, (int) Math.min(PROBE, Math.ceil(shortest * 60))) + "s";
    run("train", "--preset", preset, "--run", probe, "--samples", 0, "--time-budget", budget);
    double seconds = secondsOfStep(probe);
    List<String> rows = new ArrayList<>();
    String ofData = "";
    for (double each : minutes) {
      int steps = Math.max(1, (int) Math.round(each * 60 / seconds));
      Path folder = out.resolve(Text.of("minutes-%s", plain(each)));
      run("train", "--preset", preset, "--run", folder, "--samples", 0, "--steps", steps);
      run("eval", "--run", folder, "--count", count);
      JsonNode report = SettingsFile.read(folder.resolve("eval").resolve("eval.json"));
      rows.add(row(
          Text.of("%s minutes, %,d steps", plain(each), steps),
          report.path("judged").path(0).path("figures")));
      ofData = row("the data themselves", report.path("ofData"));
    }
    String table = table(rows, ofData);
    AtomicFile.write(out.resolve("quality.md"), table.getBytes(StandardCharsets.UTF_8));
    PrintWriter to = spec.commandLine().getOut();
    to.print(table);
    to.flush();
    return 0;
  }

  private static void run(Object... words) throws IOException {
    int status = Main.run(Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
    if (status != 0) {
      throw new IOException("quality: expected brume " + words[0]
          + " to come to its end, it did not, as it has said");
    }
  }

  /** The median of the second half, as the compiler is at work in the first. */
  static double secondsOfStep(Path run) throws IOException {
    double[] seconds = TrainingLog.read(run.resolve("log.jsonl")).stream()
        .mapToDouble(TrainingLog.Line::seconds)
        .toArray();
    if (seconds.length == 0) {
      throw new IOException(run + ": expected a step while its time was taken, there was none");
    }
    double[] later = Arrays.copyOfRange(seconds, seconds.length / 2, seconds.length);
    Arrays.sort(later);
    return later[later.length / 2];
  }

  private static String table(List<String> rows, String ofData) {
    return "| training | Fréchet distance | kernel distance | precision | recall | coverage |\n"
        + "| --- | ---: | ---: | ---: | ---: | ---: |\n" + String.join("", rows) + ofData;
  }

  private static String row(String what, JsonNode figures) {
    StringBuilder row = new StringBuilder("| ").append(what).append(" |");
    for (String name :
        List.of("frechet distance", "kernel distance", "precision", "recall", "coverage")) {
      JsonNode figure = figures.path(name);
      row.append(' ')
          .append(figure.isNumber() ? Verdict.plain(figure.asDouble()) : "")
          .append(" |");
    }
    return row.append('\n').toString();
  }

  private static String plain(double minutes) {
    return minutes == Math.rint(minutes) ? Text.of("%.0f", minutes) : String.valueOf(minutes);
  }
}
