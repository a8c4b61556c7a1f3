package brume.diffusion.cli;

import brume.diffusion.cli.Verdict.Judged;
import brume.diffusion.evaluation.Figures;
import brume.tensor.Text;
import brume.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A verdict as one file for a browser, which needs nothing beside it. */
final class VerdictPage {

  private static final String STYLE =
      """
      :root { color-scheme: light dark }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
      .wide { overflow-x: auto }
      table { border-collapse: collapse }
      th, td { border-bottom: 1px solid #8886; padding: .3rem .8rem; text-align: left }
      td.n { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap }
      dt { font-weight: 600 } dd { margin: 0 0 .4rem; overflow-wrap: anywhere }
      img { max-width: 100%; image-rendering: pixelated }
      """;

  private final XMLStreamWriter out;

  private VerdictPage(XMLStreamWriter out) {
    this.out = out;
  }

  /**
   * Writes the page.
   *
   * @param file where to
   * @param verdict what it tells
   * @param picture of samples, which goes into the page; may be missing
   */
  static void write(Path file, Verdict verdict, Path picture) throws IOException {
    StringWriter text = new StringWriter();
    text.append("<!DOCTYPE html>\n");
    try {
      XMLStreamWriter out = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      new VerdictPage(out).page(verdict, picture);
      out.close();
    } catch (XMLStreamException unwritable) {
      throw new IOException(file + ": expected to write a page, could not", unwritable);
    }
    AtomicFile.write(file, text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  private void page(Verdict verdict, Path picture) throws XMLStreamException, IOException {
    out.writeStartElement("html");
    out.writeAttribute("lang", "en");
    out.writeStartElement("head");
    out.writeEmptyElement("meta");
    out.writeAttribute("charset", "utf-8");
    out.writeEmptyElement("meta");
    out.writeAttribute("name", "viewport");
    out.writeAttribute("content", "width=device-width, initial-scale=1");
    element("title", "Samples, judged");
    element("style", STYLE);
    out.writeEndElement();
    out.writeStartElement("body");
    element("h1", "Samples, judged");
    for (Judged each : verdict.all()) {
      element("h2", title(each));
      table(each.figures(), verdict.ofData());
    }
    if (!verdict.ofModel().values().isEmpty()) {
      element("h2", "The model");
      table(verdict.ofModel(), Figures.NONE);
    }
    picture(picture);
    element("h2", "How it was done");
    facts(verdict.circumstances().told());
    element(
        "p",
        "Intervals tell what other samples of the same number could have come to, in 95 of 100 cases. They do not"
            + " tell what a small number of samples adds to a distance: compare figures of equal numbers.");
    out.writeEndElement();
    out.writeEndElement();
  }

  private static String title(Judged each) {
    String way = each.steps() == 0
        ? each.sampler()
        : Text.of("%s, %d %s", each.sampler(), each.steps(), each.steps() == 1 ? "step" : "steps");
    return Text.of("%s (%.0f s)", way, each.seconds());
  }

  private void table(Figures figures, Figures ofData) throws XMLStreamException {
    out.writeStartElement("div");
    out.writeAttribute("class", "wide");
    out.writeStartElement("table");
    row("th", List.of("figure", "samples", "95 % interval", "the data themselves"));
    for (Map.Entry<String, Double> each : figures.values().entrySet()) {
      String name = each.getKey();
      List<String> cells = new ArrayList<>(List.of(name, Verdict.plain(each.getValue())));
      cells.add(Verdict.interval(figures, name));
      cells.add(Verdict.of(ofData, name));
      row("td", cells);
    }
    out.writeEndElement();
    out.writeEndElement();
  }

  private void row(String cell, List<String> cells) throws XMLStreamException {
    out.writeStartElement("tr");
    for (int i = 0; i < cells.size(); i++) {
      out.writeStartElement(cell);
      if (i > 0) {
        out.writeAttribute("class", "n");
      }
      out.writeCharacters(cells.get(i));
      out.writeEndElement();
    }
    out.writeEndElement();
  }

  private void facts(Map<String, String> facts) throws XMLStreamException {
    out.writeStartElement("dl");
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      element("dt", fact.getKey());
      element("dd", fact.getValue());
    }
    out.writeEndElement();
  }

  private void picture(Path file) throws XMLStreamException, IOException {
    if (Files.exists(file)) {
      out.writeStartElement("p");
      out.writeEmptyElement("img");
      out.writeAttribute("alt", "the first samples");
      String bytes = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
      out.writeAttribute("src", "data:image/png;base64," + bytes);
      out.writeEndElement();
    }
  }

  private void element(String name, String text) throws XMLStreamException {
    out.writeStartElement(name);
    out.writeCharacters(text);
    out.writeEndElement();
  }
}
