package brume.diffusion.cli;

import brume.diffusion.evaluation.Figures;
import brume.diffusion.image.CaptionedGrid;
import brume.diffusion.image.Picture;
import brume.diffusion.metric.Interval;
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
import java.util.Map;
import java.util.Set;

/**
 * How far samples are from data, as a table, as JSON and as a page of pictures.
 *
 * @param metrics what the figures are
 * @param circumstances what they depend on
 * @param all what came of each way
 * @param ofData figures of the data themselves; none if they are too few
 * @param ofModel figures of the model, which looks at no samples; none unless asked for
 */
record Verdict(
    List<String> metrics,
    Circumstances circumstances,
    List<Judged> all,
    Figures ofData,
    Figures ofModel) {

  /**
   * What came of one way of drawing, or of pictures that were drawn elsewhere.
   *
   * @param sampler name of it
   * @param steps of the sampler, 0 where that is not known
   * @param figures of the samples
   * @param shown some of them
   * @param sha256 of all of them
   * @param seconds it took to draw and look at them
   */
  record Judged(
      String sampler, int steps, Figures figures, Picture shown, String sha256, double seconds) {}

  /** Writes eval.json, eval.md, eval.png and eval.html. */
  void write(Path folder) throws IOException {
    SettingsFile.write(folder.resolve("eval.json"), report());
    AtomicFile.write(folder.resolve("eval.md"), table().getBytes(StandardCharsets.UTF_8));
    Path picture = folder.resolve("eval.png");
    if (!all.isEmpty()) {
      page(picture);
    }
    VerdictPage.write(folder.resolve("eval.html"), this, picture);
  }

  /** All of it, once it is written. */
  Told told() {
    String written = all.isEmpty()
        ? "eval.json, eval.md and eval.html"
        : "eval.json, eval.md, eval.html and eval.png";
    return new Told(report(), table(), written);
  }

  /** All figures, with what they were taken of. */
  ObjectNode report() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("metric", String.join(",", metrics));
    circumstances.into(report);
    ArrayNode rows = report.putArray("judged");
    for (Judged each : all) {
      ObjectNode row = rows.addObject().put("sampler", each.sampler()).put("steps", each.steps());
      put(each.figures(), row);
      row.put("sha256", each.sha256());
      row.put("seconds", Math.round(each.seconds() * 10) / 10.0);
    }
    ofData.values().forEach(report.putObject("ofData")::put);
    if (!ofModel.values().isEmpty()) {
      put(ofModel, report.putObject("ofModel"));
    }
    return report;
  }

  private static void put(Figures figures, ObjectNode into) {
    figures.values().forEach(into.putObject("figures")::put);
    ObjectNode intervals = into.putObject("intervals");
    for (String name : figures.values().keySet()) { // in this order
      Interval interval = figures.intervals().get(name);
      if (interval != null) {
        intervals.putArray(name).add(interval.low()).add(interval.high());
      }
    }
  }

  /** Of one way, a row for each figure; of several, a row for each sampler and a column for each count of steps. */
  String table() {
    if (all.size() > 1) {
      return byWays() + rows(ofModel, Figures.NONE);
    }
    StringBuilder table = new StringBuilder();
    for (Judged each : all) {
      table.append("| figure | samples | 95 % interval | the data themselves |\n");
      table.append("| --- | ---: | --- | ---: |\n");
      table.append(rows(each.figures(), ofData));
    }
    if (all.isEmpty()) {
      table.append("| figure | model | 95 % interval |  |\n| --- | ---: | --- | ---: |\n");
    }
    return table.append(rows(ofModel, Figures.NONE)).toString();
  }

  private static String rows(Figures figures, Figures beside) {
    StringBuilder rows = new StringBuilder();
    figures
        .values()
        .forEach((name, value) -> rows.append(Text.of(
            "| %s | %s | %s | %s |\n",
            name, plain(value), interval(figures, name), of(beside, name))));
    return rows.toString();
  }

  static String interval(Figures figures, String name) {
    Interval interval = figures.intervals().get(name);
    return interval == null ? "" : plain(interval.low()) + " to " + plain(interval.high());
  }

  static String of(Figures figures, String name) {
    Double value = figures.values().get(name);
    return value == null ? "" : plain(value);
  }

  static String plain(double value) {
    return Text.of("%.3f", value);
  }

  private String byWays() {
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
    if (!ofData.values().isEmpty()) {
      table.append("| the data themselves | ").append(plain(ofData)).append(" |");
      table.append(" |".repeat(columns.size() - 1)).append('\n');
    }
    return table.toString();
  }

  private static String plain(Figures figures) {
    List<String> words = new ArrayList<>();
    figures.values().values().forEach(value -> words.add(plain(value)));
    return String.join(", ", words);
  }

  /** Samples of all ways, one beside the other. */
  private void page(Path file) throws IOException {
    List<Picture> pictures = all.stream().map(Judged::shown).toList();
    List<String> captions = all.stream().map(this::caption).toList();
    long columns = all.stream().map(Judged::steps).distinct().count();
    new CaptionedGrid(pictures, captions, (int) columns, 1).write(file);
  }

  private String caption(Judged each) {
    String way = each.steps() == 0 ? each.sampler() : each.sampler() + ", " + each.steps();
    return all.size() == 1 ? way : way + ": " + plain(each.figures());
  }
}
