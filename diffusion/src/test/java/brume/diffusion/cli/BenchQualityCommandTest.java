package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of quality, of points of a plane, which learn in a second. */
class BenchQualityCommandTest {

  @TempDir
  private Path folder;

  @Test
  void eachRunHasARowAndTheDataHaveTheLast() throws IOException {
    Path out = folder.resolve("quality");
    Shell said = quality("--minutes", "0.01,0.03", "--count", 64, "--out", out).succeeds();
    String table = Files.readString(out.resolve("quality.md"));
    assertTrue(said.out().endsWith(table), said.out());
    List<String> lines = table.lines().toList();
    assertEquals(5, lines.size(), table);
    int before = 0;
    for (int i = 0; i < 2; i++) {
      String minutes = i == 0 ? "0.01" : "0.03";
      Path run = out.resolve("minutes-" + minutes);
      int steps = SettingsFile.read(run.resolve("config.json"))
          .path("training")
          .path("steps")
          .asInt();
      assertTrue(steps >= before, table); // as they have more time
      before = steps;
      JsonNode report = SettingsFile.read(run.resolve("eval").resolve("eval.json"));
      assertEquals(64, report.path("samples").asInt());
      JsonNode figures = report.path("judged").get(0).path("figures");
      assertEquals(
          Text.of("| %s minutes, %,d steps | %s |", minutes, steps, cells(figures)),
          lines.get(2 + i));
      assertEquals(
          Text.of("| the data themselves | %s |", cells(report.path("ofData"))), lines.get(4));
    }
  }

  private static String cells(JsonNode figures) {
    return String.join(
        " | ",
        List.of("frechet distance", "kernel distance", "precision", "recall", "coverage").stream()
            .map(name -> Text.of("%.3f", figures.path(name).asDouble(Double.NaN)))
            .toList());
  }

  @Test
  void aStepIsAsLongAsTheMedianOfTheSecondHalf() throws IOException {
    StringBuilder log = new StringBuilder();
    for (double seconds : new double[] {9, 9, 9, 1, 4, 2}) {
      log.append(Text.of(
          "{\"step\":1,\"loss\":1.0,\"gradientNorm\":1.0,\"learningRate\":1.0,\"seconds\":%s}\n",
          seconds));
    }
    Files.writeString(folder.resolve("log.jsonl"), log);
    assertEquals(2, BenchQualityCommand.secondsOfStep(folder));
  }

  @Test
  void whatCannotBeIsRefusedBeforeItTrains() {
    quality("--minutes", "1,0").fails(2, "--minutes: expected numbers above 0, got [1.0, 0.0]");
    quality("--count", 1).fails(2, "--count: expected 2 to 1,000,000, got 1");
    quality("--out", folder)
        .fails(2, "--out: expected a new folder, got " + folder + ", which is there");
  }

  private static Shell quality(Object... more) {
    Object[] words = new Object[more.length + 4];
    System.arraycopy(
        new Object[] {"bench", "quality", "--preset", "toy:swissroll"}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    return Shell.run(words);
  }
}
