package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.nn.NamedParameter;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
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

/** Averages that are made after the training, through the command line. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostHocCommandTest {

  private static final int STEPS = 24;

  @TempDir
  private static Path folder;

  private Path data = Path.of("");
  private Path run = Path.of("");

  @BeforeAll
  void train() throws IOException {
    data = TinyData.idx(folder.resolve("pictures.idx"));
    run = folder.resolve("run");
    train(run, "--average", "post-hoc", "--snapshot-every", 3, "--steps", STEPS).succeeds();
  }

  private Shell train(Path into, Object... more) {
    List<Object> words = new ArrayList<>(List.of("--data", data, "--run", into));
    words.addAll(Arrays.asList(more));
    return Shell.run(TinyData.train(words.toArray()));
  }

  private static double[] weights(Path run, String which) throws IOException {
    Recipe recipe = Recipes.read(run.resolve("config.json"));
    try (Scope scope = Scope.open()) {
      Model model = SavedModel.load(
          recipe,
          new Checkpoints(new RunFolder(run)).newest().orElseThrow(),
          which,
          Backends.reference());
      return model.parameters().stream()
          .map(NamedParameter::variable)
          .flatMapToDouble(v -> Arrays.stream(v.value().toDoubles()))
          .toArray();
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  @Test
  void snapshotsOfAllStepsStay() throws IOException {
    List<Integer> steps = new Checkpoints(new RunFolder(run.resolve("snapshots"))).steps();
    assertEquals(List.of(24, 21, 18, 15, 12, 9, 6, 3), steps);
  }

  @Test
  void aWidthThatWasKeptIsTheOneKept() throws IOException {
    assertArrayEquals(weights(run, "average:0.1"), weights(run, "post-hoc:0.1"), 1e-5);
  }

  /** Much nearer to the average that a run of that width keeps than those that were kept are. */
  @Test
  void anotherWidthIsNearlyTheOneThatWouldHaveBeenKept() throws IOException {
    Path other = folder.resolve("direct");
    train(other, "--average", "power-function", "--ema-width", 0.15, "--steps", STEPS)
        .succeeds();
    double[] direct = weights(other, "average");
    double rebuilt = distance(direct, weights(run, "post-hoc:0.15"));
    double nearest = distance(direct, weights(run, "average:0.1"));
    assertTrue(rebuilt < nearest / 4, rebuilt + " and " + nearest);
  }

  @Test
  void aResumedRunKeepsTheSameSnapshots() throws IOException {
    Path stopped = folder.resolve("stopped");
    Object[] how = {
      "--average", "post-hoc", "--snapshot-every", 3, "--rate", "constant", "--warmup", 0
    };
    Path whole = folder.resolve("whole");
    train(whole, with(how, "--steps", 12)).succeeds();
    train(stopped, with(how, "--steps", 7)).succeeds();
    Shell.run("train", "--resume", stopped, "--steps", 12, "--device", "reference")
        .succeeds();
    assertArrayEquals(weights(whole, "post-hoc:0.2"), weights(stopped, "post-hoc:0.2"), 0);
    for (int step : new int[] {3, 6, 9, 12}) {
      Path file = Path.of("snapshots", "checkpoints", "step-00000" + step, "ema-0.1.safetensors");
      if (step == 12) {
        file = Path.of("snapshots", "checkpoints", "step-000012", "ema-0.1.safetensors");
      }
      assertEquals(-1, Files.mismatch(whole.resolve(file), stopped.resolve(file)), "step " + step);
    }
  }

  private static Object[] with(Object[] words, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  @Test
  void samplesAreDrawnOfIt() {
    Path out = folder.resolve("samples.png");
    Shell.run(
            "sample",
            "--run",
            run,
            "--weights",
            "post-hoc:0.07",
            "--count",
            2,
            "--out",
            out,
            "--device",
            "reference")
        .succeeds();
    assertTrue(Files.exists(out));
  }

  @Test
  void aDryRunTellsWhatIsKept() {
    String said = train(
            folder.resolve("none"),
            "--average",
            "post-hoc",
            "--snapshot-every",
            3,
            "--steps",
            STEPS,
            "--dry-run")
        .succeeds()
        .err();
    assertTrue(said.contains("8 snapshots of the averages, one every 3 steps, "), said);
  }

  @Test
  void whatCannotBeMadeIsRefused() throws IOException {
    Shell wide = sample(run, "post-hoc:0.3");
    wide.fails(
        2,
        "--weights: expected a width above 0 and at most 0.288 behind post-hoc:, got post-hoc:0.3");
    Path plain = folder.resolve("plain");
    train(plain, "--steps", 1).succeeds();
    sample(plain, "post-hoc:0.1")
        .fails(
            2,
            "--weights: expected raw, average, average:0.999, as only runs of --average post-hoc keep"
                + " snapshots, got post-hoc:0.1");
    train(folder.resolve("one"), "--average", "post-hoc", "--ema-width", "0.1")
        .fails(2, "--ema-width: expected two different widths or more, got [0.1]");
    Shell.run("export", "--run", run, "--weights", "post-hoc:0.1", "--out", folder.resolve("x"))
        .fails(
            2,
            "--weights: expected raw or an average that the run keeps, which lies in a file, got"
                + " post-hoc:0.1");
  }

  private static Shell sample(Path run, String weights) {
    return Shell.run(
        "sample",
        "--run",
        run,
        "--weights",
        weights,
        "--device",
        "reference",
        "--out",
        folder.resolve("refused.png"));
  }
}
