package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.IdxImages;
import brume.diffusion.data.IdxSettings;
import brume.diffusion.image.Picture;
import brume.diffusion.metric.FrechetDistance;
import brume.diffusion.metric.Moments;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.io.SafeTensors;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Samples judged through the command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvalCommandTest {

  private static final int SIDE = 4, SIZE = SIDE * SIDE;
  private static final int REAL = 40,
      COUNT = 18; // more than a picture has numbers, also of half of the data

  @TempDir
  private static Path folder;

  private Path run = Path.of("");
  private Path pictures = Path.of("");

  @BeforeAll
  void train() throws IOException {
    run = folder.resolve("run");
    pictures = Files.write(folder.resolve("pictures.idx"), TinyData.idxBytes(REAL, SIDE));
    Shell.run(TinyData.train("--data", pictures, "--run", run, "--steps", 1)).succeeds();
  }

  private Shell eval(Object... more) {
    List<Object> words = new ArrayList<>(List.of("eval", "--run", run, "--device", "reference"));
    words.addAll(Arrays.asList(more));
    if (!words.contains("--count")) {
      words.addAll(List.of("--count", COUNT));
    }
    if (!words.contains("--out")) {
      words.addAll(List.of("--out", out()));
    }
    return Shell.run(words.toArray());
  }

  private static Path out() {
    return folder.resolve("eval");
  }

  /** The 16 numbers of a sample are its features, each over its deviation among the data. */
  @Test
  void figuresAreThoseOfTheSamplesThatAreDrawn() throws IOException {
    eval("--samplers", "ddim,heun", "--steps", "2,3").succeeds();
    JsonNode report = SettingsFile.read(out().resolve("eval.json"));
    assertEquals(REAL, report.path("real").asInt());
    assertEquals(4, report.path("judged").size());
    JsonNode third = report.path("judged").get(2);
    assertEquals("heun", third.path("sampler").asText());
    assertEquals(2, third.path("steps").asInt());

    Path samples = folder.resolve("samples.safetensors");
    Files.deleteIfExists(samples);
    Shell.run(
            "sample",
            "--run",
            run,
            "--device",
            "reference",
            "--count",
            COUNT,
            "--out",
            samples,
            "--sampler",
            "heun",
            "--steps",
            2)
        .succeeds();
    double[][] real = real(), drawn = rows(levels(SafeTensors.read(samples).floats("samples")));
    double[] scale = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      int feature = i;
      double mean =
          Arrays.stream(real).mapToDouble(row -> row[feature]).average().orElseThrow();
      scale[i] = Math.sqrt(Arrays.stream(real)
          .mapToDouble(row -> Math.pow(row[feature] - mean, 2))
          .average()
          .orElseThrow());
    }
    double expected =
        FrechetDistance.between(Moments.of(scaled(real, scale)), Moments.of(scaled(drawn, scale)));
    assertEquals(
        expected, third.path("figures").path("frechet distance").asDouble(), 1e-6 * expected);
  }

  @Test
  void aModelFromElsewhereIsComparedWithPicturesThatAreNamed() throws IOException {
    Path exported = folder.resolve("exported");
    Shell.run("export", "--run", run, "--out", exported).succeeds();
    eval().succeeds();
    JsonNode own = SettingsFile.read(out().resolve("eval.json"));
    Object[] words = {
      "eval", "--from", exported, "--device", "reference", "--count", COUNT, "--out", out()
    };
    List<Object> named = new ArrayList<>(Arrays.asList(words));
    named.addAll(List.of("--data", pictures));
    Shell.run(named.toArray()).succeeds();
    JsonNode report = SettingsFile.read(out().resolve("eval.json"));
    assertEquals(figures(own), figures(report));
    assertEquals(exported.toString(), report.path("weights").asText());
    Shell.run(words)
        .fails(
            2,
            "--data: expected pictures to look at, as a model from elsewhere has none beside it, got nothing");
  }

  private double[][] real() throws IOException {
    IdxImages images = (IdxImages) new IdxSettings(pictures.toString(), 0, 0, 0, false).open();
    float[] values = new float[REAL * SIZE];
    for (int i = 0; i < REAL; i++) {
      images.read(i, false, values, i * SIZE);
    }
    return rows(values);
  }

  /** As files of pictures have them. */
  private static float[] levels(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (Picture.level(values[i]) & 0xFF) / 255f;
    }
    return values;
  }

  private static double[][] rows(float[] values) {
    double[][] rows = new double[values.length / SIZE][SIZE];
    for (int i = 0; i < values.length; i++) {
      rows[i / SIZE][i % SIZE] = values[i];
    }
    return rows;
  }

  private static double[][] scaled(double[][] rows, double[] scale) {
    double[][] scaled = new double[rows.length][SIZE];
    for (int n = 0; n < rows.length; n++) {
      for (int i = 0; i < SIZE; i++) {
        scaled[n][i] = scale[i] == 0 ? rows[n][i] : rows[n][i] / scale[i];
      }
    }
    return scaled;
  }

  @Test
  void aTableAndAPageAreWritten() throws IOException {
    Shell said = eval("--samplers", "ddim,heun,dpmpp-2m", "--steps", "2,4").succeeds();
    List<String> lines = said.out().lines().toList();
    assertEquals("| sampler | 2 steps | 4 steps |", lines.get(0));
    assertTrue(lines.get(2).matches("\\| `ddim` \\| [0-9.]+ \\| [0-9.]+ \\|"), lines.get(2));
    assertTrue(lines.get(5).matches("\\| the data themselves \\| [0-9.]+ \\| \\|"), lines.get(5));
    assertEquals(6, lines.size());
    assertEquals(said.out(), Files.readString(out().resolve("eval.md")));
    assertTrue(ImageIO.read(out().resolve("eval.png").toFile()).getWidth() > 2 * 8 * SIDE);
  }

  @Test
  void withoutSamplersTheOneOfTheRunIsJudged() throws IOException {
    JsonNode report = json(eval("--json"));
    assertEquals(1, report.path("judged").size());
    assertEquals("ddim", report.path("judged").get(0).path("sampler").asText());
    assertEquals(2, report.path("judged").get(0).path("steps").asInt());
    JsonNode other = json(eval("--json", "--seed", 5));
    assertNotEquals(figure(report, "frechet distance"), figure(other, "frechet distance"));
    assertEquals(
        figure(report, "frechet distance"), figure(json(eval("--json")), "frechet distance"));
  }

  @Test
  void everyMetricOfFeaturesCanBeAskedFor() throws IOException {
    assertTrue(figure(json(eval("--json", "--metric", "precision-recall")), "recall") <= 1);
    assertTrue(figure(json(eval("--json", "--metric", "density-coverage")), "coverage") <= 1);
    assertTrue(Double.isFinite(
        figure(json(eval("--json", "--metric", "kernel-distance")), "kernel distance")));
  }

  private static JsonNode json(Shell said) throws IOException {
    Path file = folder.resolve("said.json");
    Files.writeString(file, said.succeeds().out());
    return SettingsFile.read(file);
  }

  private static JsonNode figures(JsonNode report) {
    return report.path("judged").get(0).path("figures");
  }

  private static double figure(JsonNode report, String name) {
    return report.path("judged").get(0).path("figures").path(name).asDouble(Double.NaN);
  }

  /** A process of numbered times has all kinds. */
  @Test
  void allSamplersAreJudged() throws IOException {
    JsonNode report = json(eval(
        "--json",
        "--samplers",
        "all",
        "--steps",
        "3",
        "--count",
        "2",
        "--metric",
        "kernel-distance"));
    long names = report.findValuesAsText("sampler").stream().distinct().count();
    assertTrue(names >= 18, report.toString());
  }

  @Test
  void whatCannotBeJudgedIsRefused() {
    eval("--samplers", "hein")
        .fails(
            2,
            "--samplers: expected all, or some of "
                + String.join(", ", brume.diffusion.sampler.Samplers.CATALOG.names())
                + ", got hein; did you mean heun");
    eval("--steps", "0")
        .fails(2, "--steps: expected numbers from 1 with commas between them, got 0");
    eval("--steps", "3,3").fails(2, "--steps: expected each number once, got 3,3");
    eval("--count", "1").fails(2, "--count: expected 2 to 1,000,000, got 1");
    eval("--metric", "inception-score")
        .fails(
            2,
            "inception-score: expected features that tell classes, such as --classifier RUN, got the 16 numbers of"
                + " a sample");
    eval("--metric", "frechet")
        .fails(
            2,
            "--metric: expected some of frechet-distance, kernel-distance, precision-recall, density-coverage,"
                + " inception-score, accuracy, bits, loss, or shapes or clip alone, got frechet");
    eval("--metric", "frechet-distance", "--count", "16")
        .fails(
            2,
            "frechet-distance: expected 17 samples or more for 16 features, got 16; give a larger --count");
    eval("--out", pictures).fails(2, "--out: expected a folder, got the file " + pictures);
  }
}
