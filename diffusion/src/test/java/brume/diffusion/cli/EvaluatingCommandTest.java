package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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

/** Runs that are judged while they learn. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluatingCommandTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  private static Path folder;

  private Path data = Path.of("");
  private Path judged = Path.of("");

  @BeforeAll
  void train() throws IOException {
    data = Files.write(folder.resolve("pictures.idx"), TinyData.idxBytes(40, 4));
    judged = folder.resolve("judged");
    Shell told = Shell.run(evaluating("--run", judged, "--steps", 6)).succeeds();
    assertTrue(told.err().contains("step 4: 18 samples, frechet distance "), told.err());
  }

  private Object[] evaluating(Object... more) {
    List<Object> words = new ArrayList<>(List.of(TinyData.train(
        "--data",
        data,
        "--rate",
        "constant",
        "--checkpoint-every",
        3,
        "--evaluate-every",
        2,
        "--evaluate-count",
        18,
        "--keep-best",
        "--keep",
        1)));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private static byte[] weights(Path run, int step) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/step-00000" + step + "/model.safetensors"));
  }

  private static List<JsonNode> lines(Path run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("evaluations.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void trainingComesToTheSameBits() throws IOException {
    Path plain = folder.resolve("plain");
    Shell.run(TinyData.train("--data", data, "--rate", "constant", "--run", plain, "--steps", 6))
        .succeeds();
    assertArrayEquals(weights(plain, 6), weights(judged, 6));
    assertFalse(Files.exists(plain.resolve("evaluations.jsonl")));
  }

  @Test
  void aRunThatWasStoppedGoesOnToTheSameFigures() throws IOException {
    Path stopped = folder.resolve("stopped");
    Shell.run(evaluating("--run", stopped, "--steps", 3)).succeeds();
    Shell.run("train", "--device", "reference", "--resume", stopped, "--steps", 6)
        .succeeds();
    assertArrayEquals(weights(judged, 6), weights(stopped, 6));
    List<JsonNode> steps = lines(judged), resumed = lines(stopped);
    assertEquals(3, steps.size());
    resumed.removeIf(line -> line.path("step").asInt() == 3); // its end, the first time
    assertEquals(steps, resumed);
  }

  @Test
  void theBestCheckpointIsKept() throws IOException {
    JsonNode best = null;
    for (JsonNode line : lines(judged)) {
      double figure = line.path("figures").path("frechet distance").asDouble();
      best = best == null
              || figure <= best.path("figures").path("frechet distance").asDouble()
          ? line
          : best;
    }
    int step = best == null ? 0 : best.path("step").asInt();
    assertTrue(weights(judged, step).length > 0);
    Shell.run(
            "sample",
            "--run",
            judged,
            "--device",
            "reference",
            "--checkpoint",
            "best",
            "--count",
            1,
            "--out",
            folder.resolve("best.png"))
        .succeeds();
    Shell.run("sample", "--run", judged, "--checkpoint", "beste", "--out", folder.resolve("no.png"))
        .fails(2, "--checkpoint: expected the number of a step, or best, got beste");
  }

  @Test
  void whatCannotBeJudgedIsRefused() {
    Shell.run(TinyData.train("--data", data, "--run", folder.resolve("never"), "--keep-best"))
        .fails(
            2,
            "--keep-best: expected with --evaluate-every above 0, as the best is found by evaluations, got none");
    Shell.run(TinyData.train(
            "--data",
            data,
            "--run",
            folder.resolve("few"),
            "--steps",
            1,
            "--evaluate-every",
            1,
            "--evaluate-count",
            5))
        .fails(
            2,
            "frechet-distance: expected 17 samples or more for 16 features, got 5; give a larger --evaluate-count");
  }
}
