package brume.diffusion.web;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.Set;

/** The files that the page is made of: ours, and the library that draws its charts, from its jar. */
final class PageFiles {

  private static final Set<String> OURS = Set.of(
      "style.css",
      "main.js",
      "ask.js",
      "dom.js",
      "runs.js",
      "charts.js",
      "chart.js",
      "finer.js",
      "smoothing.js",
      "pictures.js",
      "player.js",
      "recipe.js",
      "drawing.js",
      "icon.svg");
  private static final Set<String> LIBRARY = Set.of("uPlot.esm.js", "uPlot.min.css");
  private static final String JARS = "/META-INF/resources/webjars/uplot/";
  private static final String VERSION = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

  Answer answer(List<String> path) throws IOException {
    if (path.isEmpty()) {
      return resource("/brume/diffusion/web/index.html");
    }
    String name = path.get(path.size() - 1);
    if (path.size() == 2 && path.get(0).equals("page") && OURS.contains(name)) {
      return resource("/brume/diffusion/web/" + name);
    }
    if (path.size() == 2 && path.get(0).equals("library") && LIBRARY.contains(name)) {
      return resource(JARS + version() + "/dist/" + name);
    }
    return Answer.nothingHere();
  }

  private static String version() throws IOException {
    Properties jar = new Properties();
    try (InputStream in = open(VERSION)) {
      jar.load(in);
    }
    return jar.getProperty("version");
  }

  private static Answer resource(String place) throws IOException {
    try (InputStream in = open(place)) {
      return Answer.bytes(place, in.readAllBytes());
    }
  }

  private static InputStream open(String place) throws IOException {
    InputStream in = PageFiles.class.getResourceAsStream(place);
    if (in == null) {
      throw new IOException("page: expected " + place + " on the class path, found nothing");
    }
    return in;
  }
}
