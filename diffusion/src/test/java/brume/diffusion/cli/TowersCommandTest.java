package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.ClipPictures;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.data.ShapePictures;
import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.exchange.ClipFolder;
import brume.diffusion.exchange.TextEncoderFile;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TowersRun;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.SettingsFile;
import brume.diffusion.text.ClipTokenizer;
import brume.nn.Pass;
import brume.nn.text.Clip;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.TokenRows;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backends;
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

/** Towers that compare pictures with texts: trained, killed, resumed, and refused what they cannot do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TowersCommandTest {

  private static final int STEPS = 20, KILLED_AFTER = 13, CHECKPOINT_EVERY = 5;

  @TempDir
  private static Path folder;

  private Path run = Path.of("");

  @BeforeAll
  void train() throws IOException {
    run = folder.resolve("run");
    Shell told = Shell.run(train(run)).succeeds();
    assertTrue(
        told.err()
            .contains("of 100 pictures that are not learned from, 100 at a time, it finds the"),
        told.err());
    assertFalse(Files.exists(run.resolve("samples.png")));
  }

  private static Object[] train(Path run, Object... more) {
    List<Object> words = new ArrayList<>(List.of(
        "train",
        "--network",
        "clip",
        "--objective",
        "contrastive",
        "--data",
        "shapes",
        "--size",
        16,
        "--layers",
        1,
        "--heads",
        2,
        "--head-dim",
        8,
        "--projection",
        8,
        "--device",
        "cpu",
        "--steps",
        STEPS,
        "--batch",
        8,
        "--held-back",
        100,
        "--checkpoint-every",
        CHECKPOINT_EVERY,
        "--run",
        run));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  @Test
  void aKilledRunEndsInTheSameBits() throws IOException {
    Path killed = folder.resolve("killed");
    Recipe recipe = Recipes.read(run.resolve("config.json"));
    Trainer trainer = new Trainer(
        recipe,
        new RunFolder(killed).create(),
        recipe.data().open(),
        Backends.cpu(),
        TrainingListener.ofSteps(TowersCommandTest::kill));
    assertThrows(IllegalStateException.class, trainer::run);
    Shell.run("train", "--resume", killed, "--device", "cpu").succeeds();
    for (String file : List.of("model", "ema", "optimizer")) {
      requireSame(killed, Text.of("checkpoints/step-%06d/%s.safetensors", STEPS, file));
    }
    requireSame(killed, "tokenizer/vocab.json");
    requireSame(killed, "tokenizer/merges.txt");
  }

  private static void kill(TrainingLog.Line line) {
    if (line.step() == KILLED_AFTER) {
      throw new IllegalStateException("killed");
    }
  }

  private void requireSame(Path other, String file) throws IOException {
    assertArrayEquals(
        Files.readAllBytes(run.resolve(file)), Files.readAllBytes(other.resolve(file)), file);
  }

  @Test
  void theLossFalls() throws IOException {
    List<TrainingLog.Line> lines = TrainingLog.read(run.resolve("log.jsonl"));
    assertEquals(STEPS, lines.size());
    double first = lines.get(0).loss(), last = lines.get(STEPS - 1).loss();
    assertTrue(last < first, first + " to " + last);
  }

  @Test
  void aRunWhoseTokenizerIsLostIsRefused() throws IOException {
    Path robbed = folder.resolve("robbed");
    Shell.run(train(robbed, "--steps", 1)).succeeds();
    Path tokenizer = robbed.resolve("tokenizer");
    Files.move(tokenizer, folder.resolve("elsewhere"));
    refuses(
        tokenizer + ": expected the tokenizer that the run has learned, found no such folder",
        "train",
        "--resume",
        robbed,
        "--device",
        "cpu",
        "--steps",
        2);
  }

  /** Of others' programs the same is asked by hand: transformers reads the folder. */
  @Test
  void isExportedAsTransformersReadsIt() throws IOException {
    Path out = folder.resolve("exported");
    Shell.run("export", "--run", run, "--out", out).succeeds();
    List<String> texts = List.of("a small red circle", "a large blue square at the top");
    try (Scope scope = Scope.open()) {
      Device cpu = Backends.cpu();
      TowersRun own = TowersRun.open(new RunFolder(run), cpu);
      Clip read = TextEncoderFile.openClip(out, cpu);
      TokenRows rows = ClipTokenizer.open(out).rows(texts, 24);
      assertArrayEquals(
          own.directions(texts).value().toDoubles(),
          read.ofTexts(rows, Pass.inference()).value().toDoubles());
      assertNotEquals(ClipTextConfig.LARGEST, read.text().config().end());
    }
    requireSameDirections(out, texts);
    requireScores(out, texts);
    double[] grey = ClipPictures.open(out).values(Picture.of(1, 1, 3, new byte[] {0, 0, -1}));
    assertEquals(16 * 16 * 3, grey.length);
    assertArrayEquals(new double[] {-1, -1, 1}, Arrays.copyOf(grey, 3), 1e-12);
    refuses(
        "--layout: expected transformers",
        "export",
        "--run",
        run,
        "--out",
        out,
        "--layout",
        "brume");
    refuses("expected a new folder", "export", "--run", run, "--out", out);
  }

  /** {@code eval --metric clip} tells how close pictures of a folder are to their texts. */
  private void requireScores(Path exported, List<String> texts) throws IOException {
    Path place = Files.createDirectories(folder.resolve("pictures"));
    double sum = 0;
    try (Scope scope = Scope.open();
        Dataset shapes = ShapePictures.of(16, 2, 1, Combinations.SEEN)) {
      TowersRun own = TowersRun.open(new RunFolder(run), Backends.cpu());
      for (int i = 0; i < 2; i++) {
        float[] values = new float[16 * 16 * 3];
        shapes.read(i, false, values, 0);
        Picture picture = Picture.of(16, 16, 3, values, 0);
        Png.write(place.resolve(i + ".png"), picture);
        Files.writeString(place.resolve(i + ".txt"), texts.get(i));
        byte[] levels = picture.toBytes();
        for (int at = 0; at < values.length; at++) {
          values[at] = (levels[at] & 0xFF) / 255f;
        }
        Tensor x = PictureTensor.of(Backends.cpu(), Shape.of(1, 16, 16, 3), values);
        double[] seen = own.pictures().seen(x).value().toDoubles();
        double[] text = own.directions(texts.subList(i, i + 1)).value().toDoubles();
        double cosine = 0;
        for (int at = 0; at < text.length; at++) {
          cosine += text[at] * seen[at] / Math.sqrt(text.length);
        }
        sum += Math.max(0, cosine);
      }
    }
    Path judged = folder.resolve("clip");
    Shell.run(
            "eval",
            "--metric",
            "clip",
            "--clip",
            exported,
            "--samples",
            place,
            "--out",
            judged,
            "--device",
            "cpu")
        .succeeds();
    JsonNode report = SettingsFile.read(judged.resolve("eval.json"));
    assertEquals(100 * sum / 2, report.path("score").asDouble(), 1e-3);
    assertEquals(2, report.path("scores").size());
  }

  /** A folder tells the same of texts and pictures as the run. */
  private void requireSameDirections(Path exported, List<String> texts) throws IOException {
    byte[] bytes = new byte[16 * 16 * 3];
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
      values[i] = (bytes[i] & 0xFF) / 255f;
    }
    try (Scope scope = Scope.open()) {
      Device cpu = Backends.cpu();
      TowersRun own = TowersRun.open(new RunFolder(run), cpu);
      ClipFolder others = ClipFolder.open(exported, cpu);
      double[] text = own.directions(texts.subList(1, 2)).value().toDoubles();
      assertArrayEquals(text, others.ofTexts(texts)[1], 1e-6);
      Tensor x = PictureTensor.of(cpu, Shape.of(1, 16, 16, 3), values);
      double unit = Math.sqrt(8); // of a projection of 8
      double[] seen = own.pictures().seen(x).value().toDoubles();
      double[] picture = others.ofPictures(List.of(Picture.of(16, 16, 3, bytes)))[0];
      assertArrayEquals(Arrays.stream(seen).map(each -> each / unit).toArray(), picture, 1e-5);
    }
  }

  @Test
  void refusesWhatDoesNotFit() throws IOException {
    Path none = folder.resolve("none");
    refuses("whose network compares pictures with texts", "sample", "--run", run);
    refuses("--batch: expected 2 or more", train(none, "--batch", 1));
    refuses("--patch-size: expected a divisor", train(none, "--patch-size", 5));
    refuses("--samples: expected 0", train(none, "--samples", 2));
    refuses(
        "expected samples with captions, which the network reads",
        "train",
        "--network",
        "clip",
        "--objective",
        "contrastive",
        "--device",
        "cpu",
        "--patch-size",
        7,
        "--run",
        none);
    refuses(
        "--network: expected one that compares pictures with texts with --objective contrastive",
        "train",
        "--objective",
        "contrastive",
        "--run",
        none);
    refuses(
        "--network: expected one that tells noise from data",
        "train",
        "--network",
        "clip",
        "--run",
        none);
  }

  @Test
  void aDryRunTellsMemoryAndTime() throws IOException {
    Shell told = Shell.run(train(folder.resolve("dry"), "--dry-run")).succeeds();
    assertTrue(told.err().contains("pair of towers with "), told.err());
  }

  private static void refuses(String sentence, Object... words) {
    Shell told = Shell.run(words);
    assertTrue(told.status() != 0 && told.err().contains(sentence), told.err());
  }
}
