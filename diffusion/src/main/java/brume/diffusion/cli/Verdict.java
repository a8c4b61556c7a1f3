package brume.diffusion.cli;

import brume.diffusion.image.CaptionedGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How far samples of a run are from its data, as a table, as JSON and as a page of pictures.
 *
 * @param metric what the figures are
 * @param features what stood for a sample
 * @param weights which ones of the run
 * @param samples how many each way has drawn
 * @param real how many of the data they were compared with
 * @param all what came of each way
 * @param ofData figures of the data themselves; empty if they are too few
 */
record Verdict(
    String metric,
    String features,
    String weights,
    int samples,
    int real,
    List<Judged> all,
    Map<String, Double> ofData) {

  /** What came of one way of drawing. */
  record Judged(String sampler, int steps, Map<String, Double> figures, Picture shown) {}

  /** Writes eval.json, eval.md and eval.png. */
  void write(Path folder) throws IOException {
    SettingsFile.write(folder.resolve("eval.json"), report());
    AtomicFile.write(folder.resolve("eval.md"), table().getBytes(StandardCharsets.UTF_8));
    page(folder.resolve("eval.png"));
  }

  /** All figures, with what they were taken of. */
  ObjectNode report() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("metric", metric);
    report.put("features", features);
    report.put("weights", weights);
    report.put("samples", samples);
    report.put("real", real);
    ArrayNode rows = report.putArray("judged");
    for (Judged each : all) {
      ObjectNode row = rows.addObject().put("sampler", each.sampler()).put("steps", each.steps());
      put(each.figures(), row.putObject("figures"));
    }
    put(ofData, report.putObject("ofData"));
    return report;
  }

  private static void put(Map<String, Double> figures, ObjectNode into) {
    figures.forEach(into::put);
  }

  /** A row for each sampler, a column for each number of steps, and last the data themselves. */
  String table() {
    Set<Integer> columns = new LinkedHashSet<>();
    Map<String, Map<Integer, String>> rows = new LinkedHashMap<>();
    for (Judged each : all) {
      columns.add(each.steps());
      rows.computeIfAbsent(each.sampler(), name -> new LinkedHashMap<>())
          .put(each.steps(), plain(each.figures()));
    }
    StringBuilder table = new StringBuilder("| sampler |");
    columns.forEach(
        number -> table.append(' ').append(number).append(number == 1 ? " step |" : " steps |"));
    table.append("\n| --- |").append(" --- |".repeat(columns.size())).append('\n');
    rows.forEach((name, cells) -> {
      table.append("| `").append(name).append("` |");
      columns.forEach(
          number -> table.append(' ').append(cells.getOrDefault(number, "")).append(" |"));
      table.append('\n');
    });
    if (!ofData.isEmpty()) {
      table.append("| the data themselves | ").append(plain(ofData)).append(" |");
      table.append(" |".repeat(columns.size() - 1)).append('\n');
    }
    return table.toString();
  }

  private static String plain(Map<String, Double> figures) {
    List<String> words = new ArrayList<>();
    figures.values().forEach(value -> words.add(String.format(Locale.ROOT, "%.3f", value)));
    return String.join(", ", words);
  }

  /** Samples of all ways, one beside the other. */
  private void page(Path file) throws IOException {
    List<Picture> pictures = all.stream().map(Judged::shown).toList();
    List<String> captions = all.stream()
        .map(each -> Text.of("%s, %d: %s", each.sampler(), each.steps(), plain(each.figures())))
        .toList();
    long columns = all.stream().map(Judged::steps).distinct().count();
    new CaptionedGrid(pictures, captions, (int) columns, 1).write(file);
  }
}
