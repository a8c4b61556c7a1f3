package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.Locales;
import brume.nn.io.Stateful;
import brume.tensor.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {

  private static final int EVERY = 100;

  @TempDir
  private Path path;

  private RunFolder run;
  private Checkpoints checkpoints;
  private final OneNumber model = new OneNumber("model", 5), ema = new OneNumber("ema", 6);

  @BeforeEach
  void create() throws IOException {
    run = new RunFolder(path).create();
    checkpoints = new Checkpoints(run);
  }

  private Checkpoint write(int step, Keep keep) throws IOException {
    return checkpoints.write(state(step), List.of(model, ema), keep);
  }

  private static CheckpointState state(int step) {
    return CheckpointState.of("0.2.0", step, 7, 8L * step)
        .withFingerprints("a recipe", "12 cats", "12 labels, 0a");
  }

  private List<Integer> written(Keep keep, double... scores) throws IOException {
    for (int i = 0; i < scores.length; i++) {
      checkpoints.write(state(i + 1).withScore(scores[i]), List.of(model), keep);
    }
    return checkpoints.steps();
  }

  private static void refused(String sentence, Executable what) {
    assertEquals(sentence, assertThrows(IOException.class, what).getMessage());
  }

  private void damage(int step) throws IOException {
    Files.writeString(path.resolve(Text.of("checkpoints/step-00%04d/model.txt", step)), "9");
  }

  @Test
  void comesBackAsItWasWritten() throws IOException {
    Checkpoint written = write(500, Keep.two());
    assertEquals(path.resolve("checkpoints/step-000500"), written.folder());
    model.number = ema.number = 0;
    Checkpoint found = checkpoints.newest().orElseThrow();
    assertEquals(written, found);
    assertEquals(7, found.state().seed());
    assertEquals(4000, found.state().dataPosition());
    assertEquals(Map.of("model.twice", 10L, "ema.twice", 12L), found.state().counters());
    found.restore(List.of(ema, model));
    assertEquals(5, model.number);
    assertEquals(6, ema.number);
  }

  @Test
  void equalStatesAreEqualFiles() throws IOException {
    byte[] one = Files.readAllBytes(write(1, Keep.all()).folder().resolve("state.json"));
    checkpoints.write(state(1), List.of(ema, model), Keep.all());
    assertEquals(
        new String(one, StandardCharsets.UTF_8),
        Files.readString(path.resolve("checkpoints/step-000001/state.json")));
  }

  // ---- Which stay -------------------------------------------------------------------------------

  @Test
  void theNewestStayAndTheBest() throws IOException {
    assertEquals(List.of(5, 4), written(Keep.two(), 1, 1, 1, 1, 1));
    assertEquals(List.of(5, 4, 3), written(new Keep(3, false), 1, 1, 1, 1, 1));
  }

  @Test
  void theBestStaysAsLongAsItIs() throws IOException {
    assertEquals(List.of(4, 2), written(new Keep(1, true), 5, 3, 4, 9));
    assertEquals(List.of(5), written(new Keep(1, true), 5, 3, 4, 9, 2));
  }

  @Test
  void oneWithoutAScoreIsNotTheBest() throws IOException {
    written(new Keep(1, true), 5, 3, 4);
    write(4, new Keep(1, true));
    assertEquals(List.of(4, 2), checkpoints.steps());
  }

  @Test
  void allMayStay() throws IOException {
    assertEquals(List.of(3, 2, 1), written(Keep.all(), 1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Keep(0, true));
  }

  // ---- What is found ----------------------------------------------------------------------------

  @Test
  void damagedOnesArePassedOver() throws IOException {
    write(100, Keep.two());
    write(200, Keep.two());
    damage(200);
    assertEquals(100, checkpoints.toResume(EVERY).orElseThrow().state().step());
    damage(100);
    refused(
        path.resolve("checkpoints")
            + ": expected a whole checkpoint, got 2 damaged; bring one back or start a new run",
        () -> checkpoints.toResume(EVERY));
  }

  @Test
  void damagedOnesDoNotCountAsTheNewest() throws IOException {
    write(100, Keep.two());
    write(300, Keep.two());
    damage(300);
    write(150, new Keep(1, false));
    assertEquals(List.of(300, 150), checkpoints.steps());
    assertEquals(150, checkpoints.newest().orElseThrow().state().step());
  }

  @Test
  void aStateThatWasEditedIsDamaged() throws IOException {
    Path state = write(100, Keep.two()).folder().resolve("state.json");
    Files.writeString(state, Files.readString(state).replace("12 cats", "13 cats"));
    refused(
        state + ": expected the file that was written here, it is missing or damaged",
        () -> checkpoints.at(100));
    Files.writeString(state, "5");
    assertThrows(IOException.class, () -> checkpoints.at(100));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step-99999999999999999999",
        "step-9999999999",
        "step-5",
        "step-0000500",
        "step-000500.tmp",
        "step-٠٠٠٥٠٠",
        "step-",
        "other"
      })
  void otherNamesDoNoHarm(String name) throws IOException {
    Files.createDirectory(path.resolve("checkpoints").resolve(name));
    assertEquals(Optional.empty(), checkpoints.toResume(EVERY));
    write(100, Keep.two());
    assertEquals(List.of(100), checkpoints.steps());
  }

  @Test
  void stepsMayBeLarge() throws IOException {
    write(1_234_567, Keep.all());
    write(Integer.MAX_VALUE, Keep.all());
    assertEquals(List.of(Integer.MAX_VALUE, 1_234_567), checkpoints.steps());
  }

  @Test
  void aStepIsAskedFor() throws IOException {
    refused(
        path.resolve("checkpoints") + ": expected a checkpoint of step 100, found none",
        () -> checkpoints.at(100));
    write(1000, Keep.two());
    write(900, Keep.two());
    assertEquals(900, checkpoints.at(900).state().step());
    refused(
        path.resolve("checkpoints") + ": expected a checkpoint of step 100, found 900, 1000",
        () -> checkpoints.at(100));
  }

  @Test
  void aCheckpointUnderAnotherNameIsRefused() throws IOException {
    Path folder = write(100, Keep.two()).folder();
    Files.move(folder, folder.resolveSibling("step-000900"));
    refused(
        folder.resolveSibling("step-000900")
            + ": expected the checkpoint of step 900, got that of step 100; give it its name back",
        () -> checkpoints.at(900));
  }

  // ---- Where a run goes on ----------------------------------------------------------------------

  @Test
  void aRunThatWasStoppedBeforeItsFirstCheckpointBegins() throws IOException {
    assertEquals(Optional.empty(), checkpoints.toResume(EVERY));
    log(99);
    assertEquals(Optional.empty(), checkpoints.toResume(EVERY));
    Files.createDirectory(path.resolve("checkpoints/step-000100.tmp"));
    assertEquals(Optional.empty(), checkpoints.toResume(EVERY));
  }

  @Test
  void aRunWhoseCheckpointsAreGoneIsRefused() throws IOException {
    write(50, Keep.two());
    Folders.delete(path.resolve("checkpoints"));
    refused(
        path.resolve("checkpoints")
            + ": expected the checkpoints of a run that had done 50 steps, they are gone; bring them back or"
            + " start a new run",
        () -> checkpoints.toResume(EVERY));
  }

  @Test
  void aRunOfVersion010WhoseCheckpointsAreGoneIsRefused() throws IOException {
    log(120);
    assertThrows(IOException.class, () -> checkpoints.toResume(EVERY));
    assertEquals(Optional.empty(), checkpoints.toResume(120));
    Files.createFile(run.samples()); // made at the end
    assertThrows(IOException.class, () -> checkpoints.toResume(120));
  }

  private void log(int steps) throws IOException {
    try (TrainingLog log = TrainingLog.resume(run.log(), 0)) {
      for (int step = 1; step <= steps; step++) {
        log.add(new TrainingLog.Line(step, 1, 1, 1, 1, null));
      }
    }
  }

  // ---- Parts ------------------------------------------------------------------------------------

  @Test
  void otherPartsAreRefused() throws IOException {
    Checkpoint checkpoint = write(100, Keep.two());
    refused(
        checkpoint.folder()
            + ": expected a checkpoint of ema-2, model, got one with no ema-2, ema besides; go on with the"
            + " settings it was made with",
        () -> checkpoint.restore(List.of(model, new OneNumber("ema-2", 0))));
    refused(
        checkpoint.folder() + ": expected one of ema, model, got optimizer",
        () -> checkpoint.restore(new OneNumber("optimizer", 0)));
    ema.number = 0;
    checkpoint.restore(ema);
    assertEquals(6, ema.number);
  }

  @Test
  void partsThatWouldMeetAreRefused() {
    for (String name : List.of("model", "State", "state", "../model", "")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> checkpoints.write(state(1), List.of(model, new OneNumber(name, 1)), Keep.two()),
          name);
    }
    Stateful stranger = new OneNumber("ema", 1) {
      @Override
      public void save(Path folder) throws IOException {
        Files.createFile(folder.resolve("emacs.txt"));
      }
    };
    assertThrows(
        IOException.class, () -> checkpoints.write(state(1), List.of(stranger), Keep.two()));
    assertFalse(Files.exists(path.resolve("checkpoints/step-000001.tmp")));
  }

  @Test
  void fingerprintsTellWhatHasChanged() throws IOException {
    Checkpoint checkpoint = write(100, Keep.two());
    assertEquals(List.of(), checkpoint.differences("a recipe", "12 cats"));
    assertEquals(
        List.of(checkpoint.folder() + ": expected the data it was made with, 12 cats, got 13 cats"),
        checkpoint.differences("a recipe", "13 cats"));
    assertEquals(2, checkpoint.differences("", "").size());
  }

  @Test
  void ofAsManyPicturesTheClassesMustBeTheSame() throws IOException {
    Checkpoint checkpoint = write(100, Keep.two());
    assertEquals(Optional.empty(), checkpoint.relabelled("12 labels, 0a"));
    assertEquals(
        Optional.of(
            checkpoint.folder()
                + ": expected pictures of the classes it was made with, 12 labels, 0a, got 12 labels, 0b"),
        checkpoint.relabelled("12 labels, 0b"));
    assertTrue(checkpoint.relabelled("").orElse("").endsWith("got none"));
    assertEquals(Optional.empty(), checkpoint.relabelled("13 labels, 0b"));
  }

  @Test
  void whatADeadProcessLeftIsTakenAway() throws IOException {
    for (String left : List.of("step-000100.tmp", "step-000050.old")) {
      Files.createDirectory(path.resolve("checkpoints").resolve(left));
      Files.createFile(path.resolve("checkpoints").resolve(left).resolve("model.txt"));
    }
    write(100, Keep.two());
    try (Stream<Path> left = Files.list(path.resolve("checkpoints"))) {
      assertEquals(List.of(path.resolve("checkpoints/step-000100")), left.toList());
    }
  }

  @Test
  void aFailureLeavesTheEarlierOnesAndSaysSo() throws IOException {
    write(100, Keep.two());
    Stateful full = new OneNumber("model", 1) {
      @Override
      public void save(Path folder) throws IOException {
        throw new IOException("could not write", new IOException("No space left on device"));
      }
    };
    refused(
        path.resolve("checkpoints/step-000200")
            + ": expected to write a checkpoint, got: No space left on device; earlier ones are as they"
            + " were, go on from there with --resume",
        () -> checkpoints.write(state(200), List.of(full), Keep.two()));
    assertEquals(List.of(100), checkpoints.steps());
    assertTrue(checkpoints.newest().isPresent());
  }

  @ParameterizedTest
  @MethodSource("brume.diffusion.Locales#all")
  void namesAreTheSameEverywhere(String locale) throws Throwable {
    Locales.in(locale, () -> {
      write(500, Keep.two());
      assertTrue(Files.isDirectory(path.resolve("checkpoints/step-000500")));
      assertEquals(500, checkpoints.toResume(EVERY).orElseThrow().state().step());
      assertTrue(run.samplesAt(500).endsWith("samples/step-000500.png"));
      refused(
          path.resolve("checkpoints") + ": expected a checkpoint of step 12345, found 500",
          () -> checkpoints.at(12345));
    });
  }
}
