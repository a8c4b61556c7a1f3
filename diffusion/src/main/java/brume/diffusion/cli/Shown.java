package brume.diffusion.cli;

import brume.diffusion.report.FigureRows;
import brume.diffusion.report.RunReport;
import brume.diffusion.run.CheckpointState;
import brume.diffusion.run.RunFolder;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A run as a person at a terminal wants it told. */
record Shown(RunReport report, RunReport.Progress progress) {

  private static final int MOST = 200; // letters of a name or a value

  /** Reads the run that a word names. */
  static Shown of(String word) throws IOException {
    RunReport report = RunReport.of(Sources.folderOf("RUN", word));
    return new Shown(report, report.progress());
  }

  RunFolder folder() {
    return report.folder();
  }

  /** What the run is called. */
  String name() {
    return plain(String.valueOf(folder().path().toAbsolutePath().normalize().getFileName()));
  }

  /** Where it stands and what came of it, by name. */
  Map<String, String> figures() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    int all = report.recipe().training().steps();
    rows.put("state", progress.state().word());
    rows.put("steps", Text.of("%,d of %,d", progress.step(), all));
    put("loss", progress.loss(), "%.4g", rows);
    put(
        report.recipe().data().exhibit().things() + " a second",
        progress.samplesPerSecond(),
        "%.1f",
        rows);
    put("memory", progress.memory(), "%.0f MiB", rows);
    rows.put("best checkpoint", best());
    Optional<JsonNode> evaluation = report.evaluation();
    if (evaluation.isPresent()) {
      FigureRows.of(evaluation.get()).forEach((name, value) -> rows.put(plain(name), plain(value)));
    }
    return rows;
  }

  private static void put(String name, double value, String format, Map<String, String> rows) {
    if (Double.isFinite(value)) {
      rows.put(name, Text.of(format, value));
    }
  }

  private String best() throws IOException {
    Optional<CheckpointState> best = report.best();
    if (best.isEmpty()) {
      return "none yet";
    }
    Double score = best.get().score();
    return score == null
        ? Text.of("step %,d, the newest", best.get().step())
        : Text.of("step %,d, score %.4g", best.get().step(), score);
  }

  private static String plain(JsonNode value) {
    return value.isFloatingPointNumber()
        ? Text.of("%.5g", value.doubleValue())
        : plain(value.asText());
  }

  /** With nothing in it that a terminal would obey. */
  private static String plain(String text) {
    return Text.shown(text, MOST);
  }

  /** All of it. */
  ObjectNode tree() throws IOException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("run", folder().path().toString());
    tree.put("state", progress.state().word());
    tree.put("step", progress.step());
    tree.put("of", report.recipe().training().steps());
    tree.put("loss", finite(progress.loss()));
    tree.put("samplesPerSecond", finite(progress.samplesPerSecond()));
    tree.put("memory", finite(progress.memory()));
    tree.setAll(report.tree());
    return tree;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
