package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.SettingsFile;
import brume.diffusion.tensorboard.Events;
import brume.diffusion.tensorboard.Events.Fields;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --tensorboard} leaves is what the run has done. */
class TensorBoardTest {

  private static final int STEP = 2, SUMMARY = 5, SESSION = 7; // fields of an event
  private static final int TAG = 1, SIMPLE = 2, IMAGE = 4, TENSOR = 8; // fields of a value

  @TempDir
  private Path folder;

  private Path data;
  private RunFolder run;

  @BeforeEach
  void makePictures() throws IOException {
    data = TinyData.idx(folder.resolve("pictures.idx"));
    run = new RunFolder(folder.resolve("run"));
  }

  /** A value with the step of its event. */
  private record Value(long step, Fields value) {}

  @Test
  void curvesSamplesAndRecipeAreReadBack() throws IOException {
    train("--steps", 3, "--sample-every", 2, "--tensorboard").succeeds();
    List<Fields> events = Events.read(run.path().resolve("tensorboard")).get(0);

    List<TrainingLog.Line> lines = TrainingLog.read(run.log());
    assertCurve(events, "train/loss", lines.stream().map(TrainingLog.Line::loss).toList());
    assertCurve(
        events,
        "train/gradient_norm",
        lines.stream().map(TrainingLog.Line::gradientNorm).toList());
    assertCurve(
        events,
        "train/learning_rate",
        lines.stream().map(TrainingLog.Line::learningRate).toList());
    assertCurve(
        events,
        "train/samples_per_second",
        lines.stream().map(line -> 2 / line.seconds()).toList());

    List<Value> pictures = tagged("samples", events);
    assertEquals(List.of(2L, 3L), pictures.stream().map(Value::step).toList());
    for (Value picture : pictures) {
      Fields image = picture.value().messages(IMAGE).get(0);
      byte[] png = (byte[]) image.only(4);
      assertArrayEquals(Files.readAllBytes(run.samplesAt((int) picture.step())), png);
      BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(png));
      assertEquals((long) decoded.getHeight(), image.only(1));
      assertEquals((long) decoded.getWidth(), image.only(2));
      assertEquals((long) decoded.getRaster().getNumBands(), image.only(3));
    }

    Fields recipe = tagged("recipe", events).get(0).value();
    String text = recipe.messages(TENSOR).get(0).text(8).replaceAll("(?m)^ {4}", "");
    assertEquals(SettingsFile.text(Recipe.ENGINE.write(Recipes.read(run.config()))), text);
    assertEquals("text", recipe.messages(9).get(0).messages(1).get(0).text(1), "plugin");
  }

  @Test
  void whoGoesOnWithARunGoesOnWithItsCurves() throws IOException {
    train("--steps", 2, "--samples", 0, "--tensorboard").succeeds();
    Shell.run("train", "--resume", run.path(), "--steps", 4, "--device", "reference")
        .succeeds();
    List<List<Fields>> files = Events.read(run.path().resolve("tensorboard"));
    assertEquals(2, files.size());
    assertEquals(List.of(1L, 2L), steps(files.get(0)));
    assertEquals(List.of(3L, 4L), steps(files.get(1)));
    Fields start = files.get(1).get(1);
    assertEquals(3L, start.only(STEP));
    assertEquals(1, start.messages(SESSION).size());
  }

  @Test
  void nobodyGetsThemUnasked() {
    train("--steps", 1, "--samples", 0).succeeds();
    assertFalse(Files.exists(run.path().resolve("tensorboard")));
  }

  private Shell train(Object... more) {
    List<Object> words =
        new ArrayList<>(List.of(TinyData.train("--data", data, "--run", run.path())));
    words.addAll(List.of(more));
    return Shell.run(words.toArray());
  }

  private static void assertCurve(List<Fields> events, String tag, List<Double> expected) {
    List<Value> points = tagged(tag, events);
    assertEquals(expected.size(), points.size(), tag);
    for (int i = 0; i < points.size(); i++) {
      assertEquals(i + 1, points.get(i).step(), tag);
      assertEquals(expected.get(i).floatValue(), points.get(i).value().only(SIMPLE), tag);
    }
  }

  private static List<Long> steps(List<Fields> events) {
    return tagged("train/loss", events).stream().map(Value::step).toList();
  }

  private static List<Value> tagged(String tag, List<Fields> events) {
    return events.stream()
        .flatMap(event -> event.messages(SUMMARY).stream()
            .flatMap(summary -> summary.messages(1).stream())
            .map(value -> new Value((Long) event.only(STEP), value)))
        .filter(value -> value.value().text(TAG).equals(tag))
        .toList();
  }
}
