package brume.tests.durable;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.CheckpointState;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Keep;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingLog;
import brume.nn.io.Stateful;
import brume.tensor.io.AtomicFile;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whenever the power fails, and whatever the disk has kept of what it was not forced to keep. */
class PowerFailureTest {

  private static final List<Disk.Luck> LUCK = List.of(
      Disk.Luck.NOTHING,
      Disk.Luck.NAMES_ONLY,
      Disk.Luck.BYTES_ONLY,
      Disk.Luck.ANYTHING,
      Disk.Luck.ANYTHING);

  private static final int EVERY = 10; // steps between checkpoints

  @TempDir
  private Path folder;

  private Path real; // what the disk records lies below
  private Disk disk;
  private Path recorded; // the same folder, recorded
  private final TreeMap<Integer, Integer> done = new TreeMap<>(); // what was done after calls

  @BeforeEach
  void beginRecording() throws IOException {
    real = Files.createDirectory(folder.resolve("recorded"));
    disk = new Disk(real);
    recorded = new RecordingFileSystem(disk).of(real);
    done.put(0, 0);
  }

  /** What is found after a power failure. */
  private interface Found {
    void in(Path place, int lastDone) throws IOException;
  }

  private void afterEveryCall(Found found) throws IOException {
    SplittableRandom random = new SplittableRandom(12);
    Set<List<Object>> seen = new HashSet<>(); // many calls change nothing that would be found
    for (int calls = 0; calls <= disk.calls(); calls++) {
      int lastDone = done.floorEntry(calls).getValue();
      for (Disk.Luck luck : LUCK) {
        Disk.Contents contents = disk.afterPowerFailure(calls, luck, random);
        if (seen.add(List.of(contents, lastDone))) {
          Path place = Files.createDirectory(folder.resolve("place-" + seen.size()));
          contents.writeTo(place);
          try {
            found.in(place, lastDone);
          } catch (IOException | AssertionError e) {
            throw new AssertionError(
                luck + " of what was not forced by call " + calls + " of " + disk.calls(), e);
          }
        }
      }
    }
  }

  @Test
  void aFileIsTheOldOrTheNew() throws IOException {
    for (int version = 1; version <= 3; version++) {
      AtomicFile.write(recorded.resolve("a.json"), text(version).getBytes(UTF_8));
      done.put(disk.calls(), version);
    }
    afterEveryCall((place, lastDone) -> {
      Path file = place.resolve("a.json");
      String found = Files.exists(file) ? Files.readString(file) : "";
      assertTrue(
          found.equals(text(lastDone)) || found.equals(text(lastDone + 1)),
          () -> "version " + lastDone + " or the next, not '" + found + "'");
    });
  }

  private static String text(int version) {
    return version == 0 ? "" : "version " + version + " of a text";
  }

  @Test
  void theNewestCheckpointIsWholeAndTheLastOrTheOneThatWasBeingWritten() throws IOException {
    train(Keep.two(), 1, 0);
    int[] count = {0};
    afterEveryCall((place, lastDone) -> {
      int newest = findsTheLast(place, lastDone);
      assertLogged(run(place), newest);
      if (count[0]++ % 20 == 0) { // takes long, since it forces much
        goesOn(run(place), newest);
      }
    });
  }

  @Test
  void oneCheckpointIsEnoughAndTheBestStays() throws IOException {
    train(new Keep(1, true), 1, 2);
    afterEveryCall((place, lastDone) -> {
      findsTheLast(place, lastDone);
      if (lastDone >= 2) {
        Checkpoint best = new Checkpoints(run(place)).at(2 * EVERY);
        assertEquals(2 * EVERY, restored(best), "the best checkpoint");
      }
    });
  }

  @Test
  void aStepThatIsDoneAgainTakesThePlaceOfWhatIsThere() throws IOException {
    train(Keep.two(), 1, 0);
    done.clear();
    done.put(0, 0);
    done.put(disk.calls(), 2); // goes on after the second, and does the third again
    train(Keep.two(), 3, 0);
    afterEveryCall((place, lastDone) -> {
      if (lastDone >= 2) {
        findsTheLast(place, lastDone);
      }
    });
  }

  /** Three checkpoints; one of them may be the best. */
  private void train(Keep keep, int first, int best) throws IOException {
    RunFolder run = Files.exists(run(recorded).path())
        ? run(recorded)
        : RunFolder.createNumbered(recorded.resolve("runs"), "x");
    AtomicFile.write(run.config(), "{}".getBytes(UTF_8));
    try (TrainingLog log = TrainingLog.resume(run.log(), (first - 1) * EVERY)) {
      for (int number = first; number <= 3; number++) {
        int step = number * EVERY;
        for (int each = step - EVERY + 1; each <= step; each++) {
          log.add(new TrainingLog.Line(each, 1.0 / each, 1, 1, 1, null));
        }
        log.force();
        CheckpointState state =
            CheckpointState.of("test", step, 0, step).withScore(number == best ? 0.1 : 0.5);
        new Checkpoints(run).write(state, parts(new int[] {step}), keep);
        done.put(disk.calls(), number);
      }
    }
  }

  private int findsTheLast(Path place, int lastDone) throws IOException {
    RunFolder run = run(place);
    Checkpoints checkpoints = new Checkpoints(run);
    for (int step : checkpoints.steps()) {
      assertEquals(step, restored(checkpoints.at(step)), "each is whole");
    }
    int newest = checkpoints.toResume(EVERY).map(c -> c.state().step()).orElse(0);
    assertTrue(
        newest == lastDone * EVERY || newest == (lastDone + 1) * EVERY,
        () -> "checkpoint " + lastDone + " or the next, not step " + newest);
    if (lastDone > 0) {
      assertEquals("{}", Files.readString(run.config()));
    }
    return newest;
  }

  private static void assertLogged(RunFolder run, int newest) throws IOException {
    String text = newest == 0 ? "" : Files.readString(run.log(), ISO_8859_1);
    assertEquals(
        IntStream.rangeClosed(1, newest)
            .mapToObj(step -> "{\"step\":" + step + ",")
            .toList(),
        text.lines().limit(newest).map(line -> line.replaceFirst(",.*", ",")).toList());
  }

  private void goesOn(RunFolder run, int newest) throws IOException {
    run.create();
    try (TrainingLog log = TrainingLog.resume(run.log(), newest)) {
      log.add(new TrainingLog.Line(newest + 1, 1, 1, 1, 1, null));
      log.force();
    }
    assertEquals(
        IntStream.rangeClosed(1, newest + 1).boxed().toList(),
        TrainingLog.read(run.log()).stream().map(TrainingLog.Line::step).toList());
    int next = newest + 1;
    Checkpoints checkpoints = new Checkpoints(run);
    checkpoints.write(
        CheckpointState.of("test", next, 0, next), parts(new int[] {next}), Keep.all());
    assertEquals(next, restored(checkpoints.newest().orElseThrow()));
    try (var left = Files.list(run.checkpoints())) {
      assertTrue(left.allMatch(path -> path.toString().matches(".*step-\\d{6}")));
    }
  }

  private static RunFolder run(Path place) {
    return new RunFolder(place.resolve("runs").resolve("x-001"));
  }

  private static int restored(Checkpoint checkpoint) throws IOException {
    int[] step = {0};
    checkpoint.restore(parts(step));
    return step[0];
  }

  /** One part whose file is forced by who writes it, and one that leaves it to the checkpoint. */
  private static List<Stateful> parts(int[] step) {
    List<Stateful> parts = new ArrayList<>();
    parts.add(new Stateful() {
      @Override
      public String name() {
        return "model";
      }

      @Override
      public void save(Path folder) throws IOException {
        new SafeTensorsWriter()
            .add("step", new int[] {1}, step)
            .write(folder.resolve("model.safetensors"));
      }

      @Override
      public void load(Path folder) throws IOException {
        step[0] = (int) SafeTensors.read(folder.resolve("model.safetensors")).longs("step")[0];
      }

      @Override
      public Map<String, Long> counters() {
        return Map.of("model", (long) step[0]);
      }

      @Override
      public void restoreCounters(Map<String, Long> counters) {
        assertEquals(Map.of("model", (long) step[0]), counters);
      }
    });
    parts.add(new Stateful() {
      @Override
      public String name() {
        return "notes";
      }

      @Override
      public void save(Path folder) throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "step " + step[0]);
        Files.writeString(folder.resolve("notes-more.txt"), "");
      }

      @Override
      public void load(Path folder) throws IOException {
        assertEquals("step " + step[0], Files.readString(folder.resolve("notes.txt")));
      }
    });
    return parts;
  }
}
