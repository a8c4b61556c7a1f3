package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingsFile;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.nn.vision.InceptionV3;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Folders of pictures compared without any model. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvalFoldersTest {

  private static final int COUNT = 8;

  @TempDir
  private static Path folder;

  private Path some = Path.of("");
  private Path more = Path.of("");

  @BeforeAll
  void draw() throws IOException {
    some = TinyData.images(folder.resolve("a<b>&c"), COUNT);
    more = TinyData.images(folder.resolve("more"), 2 * COUNT);
  }

  private static Shell eval(Path samples, Object... words) {
    List<Object> all =
        new ArrayList<>(List.of("eval", "--samples", samples, "--device", "cpu", "--out", out()));
    all.addAll(Arrays.asList(words));
    return Shell.run(all.toArray());
  }

  private static Path out() {
    return folder.resolve("out");
  }

  private static JsonNode report() throws IOException {
    return SettingsFile.read(out().resolve("eval.json"));
  }

  @Test
  void whatIsAlikeIsNotFarAndWhatWasSeenIsFoundAgain() throws Exception {
    Shell first = eval(some, "--reference", more).succeeds();
    assertTrue(
        first
            .err()
            .contains(
                "left out frechet-distance: expected 65 samples or more for 64 features, got 8"),
        first.err());
    JsonNode figures = report().path("judged").get(0).path("figures");
    assertEquals(1, figures.path("precision").asDouble());
    assertTrue(figures.has("kernel distance"));
    assertFalse(figures.has("frechet distance"));
    assertEquals(
        "12x16, as stored", report().path("circumstances").path("sizes").asText());
    assertEquals(COUNT, report().path("samples").asInt());

    Shell again = eval(some, "--reference", more).succeeds();
    assertTrue(again.err().contains("the data were looked at before: "), again.err());
    assertEquals(figures, report().path("judged").get(0).path("figures"));
    thePageIsWhole();
  }

  /** XML but for its first line; whatever folders are called. */
  private void thePageIsWhole() throws Exception {
    String page = Files.readString(out().resolve("eval.html"));
    assertTrue(page.contains("a&lt;b&gt;&amp;c"), page);
    assertTrue(page.contains("data:image/png;base64,"));
    assertFalse(page.contains("http"), "nothing from elsewhere");
    String xml = page.substring(page.indexOf('\n'));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new java.io.ByteArrayInputStream(
            xml.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void whatCannotBeComparedIsRefused() throws IOException {
    Path small = TinyData.idx(folder.resolve("small.idx"));
    eval(some, "--reference", small)
        .fails(
            2,
            "--samples: expected samples of (8, 8, 1) (height, width, channels) as the data are, got (12, 16, 1) in "
                + some + "; what a filter does to one of both would count as a difference");
    eval(some, "--reference", more, "--size", "8", "--metric", "kernel-distance")
        .succeeds();
    assertEquals(
        "cut and scaled to 8x8 by a triangle filter with antialiasing, from 12x16 to 12x16",
        report().path("circumstances").path("sizes").asText());
    eval(some)
        .fails(
            2,
            "--samples: expected with --reference, pictures to compare with, or --run for its data, got none");
    eval(some, "--reference", more, "--metric", "accuracy")
        .fails(
            2,
            "--metric: expected accuracy, bits and loss without --samples, as they ask for a model, got both");
    eval(some, "--reference", more, "--metric", "frechet-distance")
        .fails(
            2,
            "frechet-distance: expected 65 samples or more for 64 features, got 8; give a larger --count");
    eval(some, "--reference", more, "--features", "inception")
        .fails(2, "--features: expected inception with --inception FILE, its weights, got none");
    eval(some, "--reference", more, "--features", "classifier")
        .fails(
            2,
            "--features: expected classifier with --classifier RUN for samples of (12, 16, 3) (height, width,"
                + " channels), as the one that comes with Brume sees grey pictures of 28x28, got none");
    eval(some, "--reference", more, "--features", "randon")
        .fails(
            2,
            "--features: expected one of numbers, random, classifier, inception, got randon; did you mean random");
  }

  @Test
  void inceptionLooksAtPictures() throws IOException {
    Path weights = folder.resolve("inception.safetensors");
    try (Scope scope = Scope.open()) {
      InceptionV3 network = new InceptionV3(Backends.cpu(), true);
      for (NamedParameter parameter : network.parameters()) {
        Tensor value = parameter.variable().value();
        if (value.shape().rank() > 1) {
          double[] numbers = new double[value.shape().size()];
          RandomKey.of(1).child(parameter.path()).fillNormal(0, numbers, 0, numbers.length);
          double scale = Math.sqrt(2.0 * value.shape().dim(0) / numbers.length);
          value.copyFrom(Arrays.stream(numbers).map(x -> x * scale).toArray());
        }
      }
      Weights.save(weights, network.parameters());
    }
    eval(
            some,
            "--reference",
            more,
            "--count",
            3,
            "--inception",
            weights,
            "--metric",
            "kernel-distance,inception-score")
        .fails(
            2,
            "inception-score: expected 10 samples or more for 2048 features, got 3; give a larger --count");
    eval(
            some,
            "--reference",
            some,
            "--count",
            3,
            "--inception",
            weights,
            "--metric",
            "kernel-distance")
        .succeeds();
    assertEquals("2048 of Inception version 3", report().path("features").asText());
    assertEquals(
        "299x299 by interpolation between the centers of pixels, without antialiasing",
        report().path("circumstances").path("resize").asText());
    assertTrue(Double.isFinite(report()
        .path("judged")
        .get(0)
        .path("figures")
        .path("kernel distance")
        .asDouble(Double.NaN)));
  }
}
