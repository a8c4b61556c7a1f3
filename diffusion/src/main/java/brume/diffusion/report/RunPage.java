package brume.diffusion.report;

import brume.diffusion.recipe.Comparison;
import brume.diffusion.run.CheckpointState;
import brume.diffusion.run.RunFolder;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * A run on one page that needs nothing else: pictures and curve stand in it, so that it can be mailed. There
 * is no script in it, and whatever comes from the run is text.
 */
public final class RunPage {

  private static final int MOST_BYTES = 8 << 20; // of a picture; larger ones stay in the folder

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1b1f23; --quiet: #57606a; --line: #d5dadf; --mark: #0b62a8; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e4e8eb; --quiet: #9ca6af; --line: #353b41; --mark: #6cb2f0; }
        body { background: #14171a; }
      }
      body { margin: 2rem auto; max-width: 52rem; padding: 0 1rem; color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.3rem; overflow-wrap: anywhere; } h2 { font-size: 1rem; margin-top: 2rem; }
      p { color: var(--quiet); } img { max-width: 100%; image-rendering: pixelated; }
      table { border-collapse: collapse; font-size: 0.9rem; }
      th, td { text-align: left; padding: 0.15rem 1.2rem 0.15rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
      th { font-weight: normal; color: var(--quiet); }
      """;

  private final StringBuilder html = new StringBuilder();

  private RunPage() {}

  /**
   * Writes {@code index.html} of a run.
   *
   * @param folder of the run
   * @return the file
   * @throws IOException if the run cannot be read or the page cannot be written
   */
  public static Path write(RunFolder folder) throws IOException {
    AtomicFile.write(folder.page(), of(folder).getBytes(StandardCharsets.UTF_8));
    return folder.page();
  }

  /** The page. */
  static String of(RunFolder folder) throws IOException {
    return new RunPage().whole(folder);
  }

  private String whole(RunFolder folder) throws IOException {
    RunReport report = RunReport.of(folder);
    RunReport.Progress progress = report.progress();
    String name = String.valueOf(folder.path().toAbsolutePath().normalize().getFileName());
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escaped(name))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head>\n<body>\n<h1>")
        .append(escaped(name))
        .append("</h1>\n<p>")
        .append(escaped(line(report, progress)))
        .append("</p>\n");
    curve(folder);
    picture(folder, "samples.png", "Samples");
    picture(folder, "denoising.gif", "From noise to samples");
    picture(folder, "eval/eval.png", "Samples that were judged");
    picture(folder, "eval/eval-seen.png", "Samples of texts such as training shows");
    picture(folder, "eval/eval-held-back.png", "Samples of texts that training never shows");
    figures(report);
    picture(folder, "data.png", "What it learned from");
    recipe(report);
    return html.append("</body></html>\n").toString();
  }

  private static String line(RunReport report, RunReport.Progress progress) throws IOException {
    String best = report
        .best()
        .map(CheckpointState::step)
        .map(step -> Text.of("; best checkpoint of step %,d", step))
        .orElse("");
    return Text.of(
        "%s after %,d of %,d steps of %d %s; %s, seed %d%s",
        progress.state().word(),
        progress.step(),
        report.recipe().training().steps(),
        report.recipe().training().samplesPerStep(),
        report.recipe().data().exhibit().things(),
        report.recipe().data().title(),
        report.recipe().seed(),
        best);
  }

  private void curve(RunFolder folder) throws IOException {
    String svg = new GrowingLog(folder.log()).read(CurveSvg::of);
    if (!svg.isEmpty()) {
      html.append("<h2>Loss</h2>\n").append(svg);
    }
  }

  private void picture(RunFolder folder, String name, String title) throws IOException {
    Optional<Path> file = RunFiles.picture(folder, name);
    if (file.isEmpty() || Files.size(file.get()) > MOST_BYTES) {
      return;
    }
    html.append("<h2>")
        .append(title)
        .append("</h2>\n<img alt=\"")
        .append(title)
        .append("\" src=\"data:image/")
        .append(name.substring(name.length() - 3))
        .append(";base64,")
        .append(Base64.getEncoder().encodeToString(Files.readAllBytes(file.get())))
        .append("\">\n");
  }

  private void figures(RunReport report) throws IOException {
    report.evaluation().map(FigureRows::of).ifPresent(rows -> {
      html.append("<h2>FigureRows</h2>\n<table>");
      rows.forEach((name, value) -> row(name, value.asText()));
      html.append("</table>\n");
    });
  }

  private void recipe(RunReport report) {
    html.append("<h2>Recipe, where it is not the default</h2>\n<table>");
    for (Comparison.Row each : Comparison.withDefaults(report.recipe())) {
      if (each.differs()) {
        row(each.setting().key(), each.setting().plain(), "default " + shown(each.usual()));
      }
    }
    html.append("</table>\n");
  }

  private static String shown(String value) {
    return value.isEmpty() ? "none" : value;
  }

  private void row(String head, String... cells) {
    html.append("<tr><th scope=\"row\">").append(escaped(head)).append("</th>");
    for (String cell : cells) {
      html.append("<td>").append(escaped(cell)).append("</td>");
    }
    html.append("</tr>\n");
  }

  /** A text with nothing in it that a browser would obey. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
