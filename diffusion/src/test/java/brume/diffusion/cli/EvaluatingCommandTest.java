package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.EvaluationScore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  /** By each of the figures: what a training notes is what the command tells of the same weights. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"INCEPTION_SCORE", "ACCURACY"})
  void theFiguresAreThoseOfTheCommand(EvaluationScore by) throws IOException {
    Path run = folder.resolve(by.metric());
    Shell.run(evaluating("--run", run, "--steps", 2, "--evaluate-by", by.metric()))
        .succeeds();
    requireFiguresOfTheCommand(run, by, "reference");
  }

  @Test
  void theScoreOfAClassifierIsThatOfTheCommand() throws IOException {
    Path run = folder.resolve("inception-score");
    Path clothes = Files.write(folder.resolve("clothes.idx"), TinyData.idxBytes(40, 28));
    List<Object> words = new ArrayList<>(List.of(evaluating("--run", run, "--steps", 2)));
    words.set(words.indexOf(data), clothes);
    words.addAll(List.of("--evaluate-by", "inception-score"));
    Shell.run(words.toArray()).succeeds();
    requireFiguresOfTheCommand(run, EvaluationScore.INCEPTION_SCORE, "reference");
  }

  /** Of the embedded pictures, whose classes are those of the classifier of clothes. */
  @Test
  void theAccuracyIsThatOfTheCommand() throws IOException {
    Path run = folder.resolve("accuracy");
    List<Object> words =
        new ArrayList<>(List.of(TinyData.trainOn("cpu", "--preset", "fashion-classes")));
    words.addAll(List.of("--run", run, "--steps", 1, "--evaluate-every", 1, "--keep-best"));
    words.addAll(List.of("--evaluate-count", 18, "--evaluate-by", "accuracy"));
    Shell.run(words.toArray()).succeeds();
    requireFiguresOfTheCommand(run, EvaluationScore.ACCURACY, "cpu");
  }

  private static void requireFiguresOfTheCommand(Path run, EvaluationScore by, String device)
      throws IOException {
    Shell told = Shell.run(
            "eval",
            "--run",
            run,
            "--device",
            device,
            "--count",
            18,
            "--metric",
            by.metric(),
            "--json")
        .succeeds();
    JsonNode report = JSON.readTree(told.out());
    JsonNode ofCommand = by == EvaluationScore.BITS || by == EvaluationScore.LOSS
        ? report.path("ofModel").path("figures")
        : report.path("judged").get(0).path("figures");
    List<JsonNode> noted = lines(run);
    assertTrue(ofCommand.size() > 0, told.out());
    assertEquals(ofCommand, noted.get(noted.size() - 1).path("figures"));
    Path newest = run.resolve("checkpoints");
    try (Stream<Path> saved = Files.list(newest)) {
      assertTrue(saved.anyMatch(each -> score(each) != null), "no checkpoint that knows its score");
    }
  }

  private static @Nullable Double score(Path checkpoint) {
    try {
      JsonNode score = JSON.readTree(checkpoint.resolve("state.json").toFile()).path("score");
      return score.isNumber() ? score.doubleValue() : null;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
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
    Shell.run(evaluating("--run", folder.resolve("classless"), "--evaluate-by", "accuracy"))
        .fails(
            2,
            "--evaluate-by: expected accuracy with a model that is told classes, and features of a classifier of the"
                + " same, got a model without classes and the 16 numbers of a sample");
    Shell.run(
            "train",
            "--preset",
            "toy:swissroll",
            "--run",
            folder.resolve("points"),
            "--evaluate-every",
            1,
            "--evaluate-by",
            "bits")
        .fails(
            2,
            "--evaluate-by: expected a model of pictures, whose pixels are counted, got one of toy-swissroll");
  }
}
