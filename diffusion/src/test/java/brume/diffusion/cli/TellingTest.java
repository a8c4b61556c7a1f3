package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.RunFolder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs are told, what nobody is told, and how a process ends. */
class TellingTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir
  private Path folder;

  private Path data;
  private RunFolder run;

  @BeforeEach
  void makePictures() throws IOException {
    data = Files.write(folder.resolve("pictures.idx"), TinyData.idxBytes(100));
    run = new RunFolder(folder.resolve("run"));
  }

  @Test
  void aRunTellsProgramsAllThatHappens() throws IOException {
    Shell said = train("--steps", 3, "--checkpoint-every", 2, "--sample-every", 1, "--log", "json");
    assertEquals("", said.succeeds().err());
    List<JsonNode> events = events(said);
    events.forEach(event -> Instant.parse(event.path("time").asText()));
    assertEquals("begin", name(events.get(0)));
    assertEquals("train", events.get(0).path("words").path(0).asText());
    assertEquals("end", name(events.get(events.size() - 1)));
    assertEquals("finished", events.get(events.size() - 1).path("outcome").asText());

    JsonNode begun = of("run", events).get(0);
    assertEquals(run.path().toString(), begun.path("folder").asText());
    assertEquals(3, begun.path("steps").asInt());
    assertEquals(2, begun.path("samplesPerStep").asInt());

    List<String> log = Files.readAllLines(run.log());
    List<JsonNode> steps = of("step", events);
    assertEquals(3, steps.size());
    for (int i = 0; i < 3; i++) {
      JsonNode logged = JSON.readTree(log.get(i));
      for (String key : List.of("step", "loss", "gradientNorm", "learningRate", "seconds")) {
        assertEquals(logged.path(key), steps.get(i).path(key), key);
      }
    }
    assertEquals(List.of(2, 3), numbers(of("checkpoint", events)));
    assertEquals(List.of(1, 2, 3), numbers(of("samples", events)));
    for (JsonNode samples : of("samples", events)) {
      assertTrue(Files.exists(Path.of(samples.path("file").asText())), samples.toString());
    }
  }

  @Test
  void whoResumesIsToldWhereAndWhyItStopped() throws IOException {
    Shell said = train("--steps", 10_000_000, "--time-budget", "1s", "--log", "json");
    List<JsonNode> events = events(said.succeeds());
    assertEquals("time", events.get(events.size() - 1).path("outcome").asText());
    int done = numbers(of("checkpoint", events)).get(0);

    events = events(Shell.run(
            "train",
            "--resume",
            run.path(),
            "--steps",
            done + 1,
            "--device",
            "reference",
            "--log",
            "json")
        .succeeds());
    assertEquals(List.of(done), numbers(of("run", events)));
    assertEquals(List.of(done + 1), numbers(of("step", events)));
  }

  @Test
  void warningsAreToldOnBothSides() {
    Shell said = train("--steps", 1, "--warmup", 5, "--samples", 0, "--log", "json");
    String warning = of("warning", events(said.succeeds())).get(0).path("text").asText();
    assertTrue(warning.startsWith("--warmup: expected fewer than the 1 of --steps"), warning);
    assertEquals("brume: " + warning, said.err().strip());
  }

  /** What the library logs is told as all the rest is, and not in a form of its own. */
  @Test
  void skippedFilesAreWarningsOnBothSides() throws IOException {
    Path images = TinyData.images(folder.resolve("images"), 5);
    Path broken = Files.write(images.resolve("broken.png"), new byte[] {(byte) 0x89, 'P'});
    data = images;
    Shell said = train("--steps", 1, "--size", 8, "--samples", 0, "--log", "json");
    List<String> warnings = of("warning", events(said.succeeds())).stream()
        .map(warning -> warning.path("text").asText())
        .toList();
    assertTrue(warnings.get(0).startsWith(broken + ": skipped, "), warnings.toString());
    assertEquals(images + ": skipped 1 of 6 image files", warnings.get(1));
    assertEquals(
        warnings.stream().map(warning -> "brume: " + warning).toList(),
        said.err().lines().toList());
  }

  @Test
  void aRefusalEndsWithItsStatusOnBothSides() {
    refused(2, "--steps: expected 1 or more, got 0", train("--steps", 0, "--log", "json"));
    refused(
        2,
        "--xyzzyxyzzy: expected an option of 'brume train', got an unknown one; see 'brume train --help'",
        train("--xyzzyxyzzy", 2, "--log", "json"));
    Path none = folder.resolve("none");
    refused(
        1,
        "--run: expected the folder of a run with its config.json, got " + none
            + "; make one with brume train",
        Shell.run("sample", "--run", none, "--log", "json"));
  }

  private static void refused(int status, String sentence, Shell said) {
    said.fails(status, sentence);
    List<JsonNode> events = events(said);
    JsonNode last = events.get(events.size() - 1);
    assertEquals("error", name(last));
    assertEquals(sentence, last.path("text").asText());
    assertEquals(status, last.path("status").asInt());
    assertTrue(of("end", events).isEmpty());
  }

  @Test
  void samplesAndFiguresAreToldToPrograms() throws IOException {
    train("--steps", 1, "--samples", 0, "--quiet").succeeds();
    Path out = folder.resolve("out.png");
    Object[] sample = {
      "sample", "--run", run.path(), "--count", 2, "--out", out, "--device", "reference"
    };
    List<JsonNode> events = events(with(sample, "--log", "json").succeeds());
    JsonNode progress = of("progress", events).get(0);
    assertEquals("sampling", progress.path("task").asText());
    assertEquals(progress.path("of"), progress.path("done"));
    assertEquals("end", name(events.get(events.size() - 1)));

    Object[] likelihood = {"likelihood", "--run", run.path(), "--count", 2, "--device", "reference"
    };
    JsonNode bits = JSON.readTree(with(likelihood, "--json").succeeds().out());
    JsonNode same =
        of("result", events(with(likelihood, "--log", "json").succeeds())).get(0);
    assertEquals(bits.path("bits_per_dimension"), same.path("bits_per_dimension"));
    assertTrue(same.path("bits_per_dimension").isDouble(), same.toString());
  }

  @Test
  void quietIsQuietButForWarningsAndErrors() {
    Shell said = train("--steps", 1, "--quiet").succeeds();
    assertEquals("", said.out() + said.err());
    assertTrue(Files.exists(run.samples()), "results come all the same");
    said = Shell.run("sample", "--run", run.path(), "--out", folder.resolve("a.txt"), "--quiet");
    assertEquals(1, said.err().lines().count(), said.err());
    assertFalse(said.status() == 0);
    train("--steps", 1, "--quiet", "--log", "json")
        .fails(2, "--quiet: expected it or --log json, got both");
    Shell.run("list", "--quiet")
        .fails(
            2,
            "--quiet: expected an option of 'brume list', got an unknown one; see 'brume list"
                + " --help'");
  }

  private Shell train(Object... more) {
    Object[] words = TinyData.train("--data", data, "--run", run.path());
    return with(words, more);
  }

  private static Shell with(Object[] words, Object... more) {
    Object[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Shell.run(all);
  }

  private static List<JsonNode> events(Shell said) {
    return said.out().lines().map(TellingTest::parsed).toList();
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException none) {
      throw new UncheckedIOException(none);
    }
  }

  private static List<JsonNode> of(String name, List<JsonNode> events) {
    return events.stream().filter(event -> name(event).equals(name)).toList();
  }

  private static String name(JsonNode event) {
    return event.path("event").asText();
  }

  private static List<Integer> numbers(List<JsonNode> events) {
    return events.stream().map(event -> event.path("step").asInt()).toList();
  }
}
