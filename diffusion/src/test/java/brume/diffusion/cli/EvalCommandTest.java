package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.IdxImages;
import brume.diffusion.data.IdxSettings;
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

  @TempDir
  private static Path folder;

  private Path run = Path.of("");
  private Path pictures = Path.of("");

  @BeforeAll
  void train() throws IOException {
    run = folder.resolve("run");
    pictures = TinyData.idx(folder.resolve("pictures.idx"));
    Shell.run(TinyData.train("--data", pictures, "--run", run, "--steps", 1)).succeeds();
  }

  private Shell eval(Object... more) {
    List<Object> words = new ArrayList<>(List.of("eval", "--run", run, "--device", "reference"));
    words.addAll(Arrays.asList(more));
    if (!words.contains("--count")) {
      words.addAll(List.of("--count", 6));
    }
    if (!words.contains("--out")) {
      words.addAll(List.of("--out", out()));
    }
    return Shell.run(words.toArray());
  }

  private static Path out() {
    return folder.resolve("eval");
  }

  /** 64 numbers of a sample are its features, each over its deviation among the data. */
  @Test
  void figuresAreThoseOfTheSamplesThatAreDrawn() throws IOException {
    eval("--samplers", "ddim,heun", "--steps", "2,3").succeeds();
    JsonNode report = SettingsFile.read(out().resolve("eval.json"));
    assertEquals(12, report.path("real").asInt());
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
            6,
            "--out",
            samples,
            "--sampler",
            "heun",
            "--steps",
            2)
        .succeeds();
    double[][] real = real(), drawn = rows(SafeTensors.read(samples).floats("samples"));
    double[] scale = new double[64];
    for (int i = 0; i < 64; i++) {
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
      "eval", "--from", exported, "--device", "reference", "--count", 6, "--out", out()
    };
    List<Object> named = new ArrayList<>(Arrays.asList(words));
    named.addAll(List.of("--data", pictures));
    Shell.run(named.toArray()).succeeds();
    JsonNode report = SettingsFile.read(out().resolve("eval.json"));
    assertEquals(own.path("judged"), report.path("judged"));
    assertEquals(exported.toString(), report.path("weights").asText());
    Shell.run(words)
        .fails(
            2,
            "--data: expected pictures to look at, as a model from elsewhere has none beside it, got nothing");
  }

  private double[][] real() throws IOException {
    IdxImages images = (IdxImages) new IdxSettings(pictures.toString(), 0, 0, 0, false).open();
    float[] values = new float[12 * 64];
    for (int i = 0; i < 12; i++) {
      images.read(i, false, values, i * 64);
    }
    return rows(values);
  }

  private static double[][] rows(float[] values) {
    double[][] rows = new double[values.length / 64][64];
    for (int i = 0; i < values.length; i++) {
      rows[i / 64][i % 64] = values[i];
    }
    return rows;
  }

  private static double[][] scaled(double[][] rows, double[] scale) {
    double[][] scaled = new double[rows.length][64];
    for (int n = 0; n < rows.length; n++) {
      for (int i = 0; i < 64; i++) {
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
    assertTrue(ImageIO.read(out().resolve("eval.png").toFile()).getWidth() > 2 * 8 * 8);
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

  private static double figure(JsonNode report, String name) {
    return report.path("judged").get(0).path("figures").path(name).asDouble(Double.NaN);
  }

  /** A process of numbered times has all kinds. */
  @Test
  void allSamplersAreJudged() throws IOException {
    JsonNode report = json(eval("--json", "--samplers", "all", "--steps", "3", "--count", "2"));
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
            "--metric: expected one of frechet-distance, kernel-distance, precision-recall,"
                + " density-coverage, got inception-score");
    eval("--out", pictures).fails(2, "--out: expected a folder, got the file " + pictures);
  }
}
