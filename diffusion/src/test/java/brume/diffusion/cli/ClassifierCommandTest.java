package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.io.SafeTensors;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classifiers of noisy pictures: trained, resumed, leading the samples of another run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassifierCommandTest {

  private static final int SIZE = 8 * 8;

  @TempDir
  private static Path folder;

  private Path data = Path.of("");
  private Path run = Path.of("");
  private Path classifier = Path.of("");

  @BeforeAll
  void train() throws IOException {
    data = TinyData.idx(folder.resolve("train-images-idx3-ubyte"));
    TinyData.labels(folder.resolve("train-labels-idx1-ubyte"), 12, 3);
    run = folder.resolve("run");
    classifier = folder.resolve("classifier");
    Shell.run(TinyData.train("--data", data, "--run", run, "--steps", 1)).succeeds();
    Shell told = Shell.run(classifierOf("--run", classifier, "--steps", 4)).succeeds();
    assertTrue(told.err().contains("of 1 pictures that were held back it knew "), told.err());
  }

  /** As the tiny run, but for samples, which a classifier has none of. */
  private Object[] classifierOf(Object... more) {
    List<Object> words = new ArrayList<>(List.of(TinyData.train(
        "--data", data, "--objective", "classifier", "--lr", 0.05, "--rate", "constant")));
    int samples = words.indexOf("--samples");
    words.subList(samples, samples + 2).clear();
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private Object[] withoutTimesteps(Object... more) {
    List<Object> words = new ArrayList<>(List.of(classifierOf(more)));
    int at = words.indexOf("--timesteps");
    words.subList(at, at + 2).clear();
    return words.toArray();
  }

  private static Object[] sample(Path run, Object... more) {
    List<Object> words = new ArrayList<>(
        List.of("sample", "--run", run, "--device", "reference", "--steps", 4, "--out", out()));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private static Path out() {
    return folder.resolve("samples.safetensors");
  }

  private float[] sampled(Object... more) throws IOException {
    Files.deleteIfExists(out());
    Shell.run(sample(run, more)).succeeds();
    return SafeTensors.read(out()).floats("samples");
  }

  @Test
  void goesOnToTheSameBits() throws IOException {
    Path stopped = folder.resolve("stopped");
    Shell.run(classifierOf("--run", stopped, "--steps", 2)).succeeds();
    Shell.run("train", "--device", "reference", "--resume", stopped, "--steps", 4)
        .succeeds();
    String weights = "checkpoints/step-000004/model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(classifier.resolve(weights)),
        Files.readAllBytes(stopped.resolve(weights)));
    assertFalse(Files.exists(stopped.resolve("samples.png")));
  }

  @Test
  void aTrunkLeadsAndDrawsNothing() throws IOException {
    Path trunk = folder.resolve("trunk");
    Shell.run(trunkOf("--objective", "classifier", "--run", trunk)).succeeds();
    assertFalse(Arrays.equals(sampled("--count", 3), sampled("--count", 3, "--classifier", trunk)));
    refuses(
        "--network: expected one that tells noise from data with --objective denoising, got one that tells"
            + " classes alone",
        trunkOf("--run", folder.resolve("never")));
  }

  private Object[] trunkOf(Object... more) {
    List<Object> words = new ArrayList<>(List.of(
        "train",
        "--data",
        data,
        "--device",
        "reference",
        "--network",
        "trunk",
        "--dim",
        4,
        "--groups",
        2,
        "--mults",
        "1,2",
        "--timesteps",
        20,
        "--sample-steps",
        2,
        "--steps",
        2,
        "--batch",
        2));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  @ParameterizedTest
  @CsvSource({"ddim", "ddpm", "heun", "dpmpp-2m"})
  void leadsEverySampler(String sampler) throws IOException {
    float[] plain = sampled("--count", 3, "--sampler", sampler);
    float[] led = sampled("--count", 3, "--sampler", sampler, "--classifier", classifier);
    assertFalse(Arrays.equals(plain, led));
    float[] second =
        sampled("--count", 3, "--sampler", sampler, "--classifier", classifier, "--class", "1");
    for (int i = 0; i < 3; i++) { // all classes in turn, unless one is named
      assertEquals(
          i == 1,
          Arrays.equals(led, i * SIZE, (i + 1) * SIZE, second, i * SIZE, (i + 1) * SIZE),
          "sample " + i);
    }
    assertFalse(Arrays.equals(
        led,
        sampled(
            "--count",
            3,
            "--sampler",
            sampler,
            "--classifier",
            classifier,
            "--classifier-scale",
            1)));
  }

  @Test
  void itsFeaturesJudgeSamplesAndItTellsTheirClasses() throws IOException {
    Path told = folder.resolve("told");
    Shell.run(TinyData.train("--data", data, "--run", told, "--steps", 1, "--condition", "labels"))
        .succeeds();
    Path clean = folder.resolve("clean");
    Object[] cleanly = trunkOf("--objective", "classifier", "--clean", "--run", clean);
    assertTrue(Shell.run(cleanly).succeeds().err().contains("that were held back it knew "));
    Path out = folder.resolve("eval");
    Shell.run(
            "eval",
            "--run",
            told,
            "--device",
            "reference",
            "--classifier",
            clean,
            "--count",
            12,
            "--metric",
            "kernel-distance,inception-score,accuracy,bits,loss",
            "--out",
            out)
        .succeeds();
    JsonNode report = SettingsFile.read(out.resolve("eval.json"));
    assertEquals("8 of the classifier " + clean, report.path("features").asText());
    JsonNode figures = report.path("judged").get(0).path("figures");
    assertTrue(figures.path("inception score").asDouble() >= 1);
    double all = 0;
    for (int k = 0; k < 3; k++) { // each of the classes is asked for four times
      all += figures.path("accuracy of " + k).asDouble(Double.NaN) / 3;
    }
    assertEquals(all, figures.path("accuracy").asDouble(), 1e-12);
    JsonNode model = report.path("ofModel").path("figures");
    assertTrue(model.path("bits per dimension").asDouble() > 0);
    assertEquals(9, model.size());
    refuses(
        "--metric: expected accuracy with a model that is told classes, and features of a classifier of the same,"
            + " got a model without classes",
        "eval",
        "--run",
        run,
        "--device",
        "reference",
        "--classifier",
        clean,
        "--metric",
        "accuracy");
    refuses(
        "--classifier: expected a run that has seen noise, got " + clean
            + ", which was trained with --clean for eval",
        sample(run, "--classifier", clean));
  }

  @Test
  void refusesWhatCannotLead() throws IOException {
    refuses(
        "--classifier-scale: expected with --classifier RUN", sample(run, "--classifier-scale", 2));
    refuses(
        "--classifier-scale: expected above 0, got -1.0",
        sample(run, "--classifier", classifier, "--classifier-scale", -1));
    refuses("which has learned to draw", sample(run, "--classifier", run));
    refuses("which tells classes; lead the samples", sample(classifier));
    refuses(
        "--classifier: expected without --guidance",
        sample(run, "--classifier", classifier, "--guidance", "none"));
    Path other = folder.resolve("other");
    Shell.run(classifierOf("--run", other, "--steps", 1, "--schedule", "linear"))
        .succeeds();
    refuses(
        "--classifier: expected one that was trained with the noise of the model",
        sample(run, "--classifier", other));
    refuses("--samples: expected 0 with --objective classifier", classifierOf("--samples", 2));
    refuses(
        "--log-snr: expected another than learned with --objective classifier",
        withoutTimesteps(
            "--run", folder.resolve("never"), "--process", "continuous", "--log-snr", "learned"));
    Shell judged = Shell.run("eval", "--run", classifier, "--device", "reference");
    assertTrue(judged.err().contains("which tells classes"), judged.err());
    refuses(
        "--condition: expected none with --objective classifier",
        classifierOf("--condition", "labels"));
  }

  private static void refuses(String sentence, Object... words) {
    Shell shell = Shell.run(words);
    assertTrue(shell.err().contains(sentence), shell.err());
    assertEquals(2, shell.status());
  }
}
