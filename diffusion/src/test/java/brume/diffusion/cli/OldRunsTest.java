package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.diffusion.data.ToyPoints;
import brume.diffusion.recipe.Recipes;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs of version 0.1.0, stopped after 4 of 8 steps, are sampled and continued as that version did it.
 * {@code expected} holds what came of it there, on the CPU.
 */
class OldRunsTest {

  private static final Path STORED = Path.of("src/test/resources/old-runs");
  private static final float ERROR = 1e-6f; // sums may be in another order than then

  @TempDir
  private Path folder;

  private Path copied(String name) throws IOException {
    Path run = folder.resolve("run");
    try (Stream<Path> files = Files.walk(STORED.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = run.resolve(STORED.resolve(name).relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    return run;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-0.1.0", "swissroll-0.1.0"})
  void samplesAreTheSame(String name) throws IOException {
    Path run = copied(name), out = folder.resolve("samples.safetensors");
    Path expected = run.resolve("expected/samples.safetensors");
    int count = SafeTensors.read(expected).shape("samples")[0];
    Shell.run("sample", "--run", run, "--device", "cpu", "--count", count, "--out", out)
        .succeeds();
    float[] then = SafeTensors.read(expected).floats("samples");
    if (name.startsWith("swissroll")) { // points were written as if they were pixels
      for (int i = 0; i < then.length; i++) {
        then[i] = (float) ((2 * then[i] - 1) * ToyPoints.RANGE);
      }
    }
    assertArrayEquals(then, SafeTensors.read(out).floats("samples"), 5 * ERROR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fashion-0.1.0", "swissroll-0.1.0"})
  void trainingGoesOn(String name) throws IOException {
    Path run = copied(name);
    Shell.run("train", "--resume", run, "--steps", 8, "--device", "cpu").succeeds();
    assertClose(
        SafeTensors.read(run.resolve("expected/ema-of-step-8.safetensors")),
        SafeTensors.read(run.resolve("checkpoints/step-000008/ema.safetensors")));
    assertEquals(8, Files.readAllLines(run.resolve("log.jsonl")).size());
    assertEquals(8, Recipes.read(run.resolve("config.json")).training().steps());
  }

  private static void assertClose(SafeTensors expected, SafeTensors actual) {
    assertEquals(expected.names(), actual.names());
    for (String tensor : List.copyOf(expected.names())) {
      assertArrayEquals(expected.floats(tensor), actual.floats(tensor), ERROR, tensor);
    }
  }
}
