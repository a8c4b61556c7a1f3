package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.nn.io.Stateful;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that older versions have left are read. */
class OldCheckpointTest {

  @TempDir
  private Path folder;

  /** A run of four steps on a toy problem: {@code train --data toy:swissroll --steps 4}. */
  private Checkpoints version010() throws IOException {
    Path stored = Path.of("src/test/resources/old-runs/toy-0.1.0");
    try (var files = Files.walk(stored)) {
      for (Path file : files.sorted().skip(1).toList()) {
        Files.copy(file, folder.resolve(stored.relativize(file)));
      }
    }
    return new Checkpoints(new RunFolder(folder));
  }

  /** Remembers what it was given. */
  private record Part(String name, List<Object> got) implements Stateful {
    @Override
    public void save(Path to) {}

    @Override
    public void load(Path from) throws IOException {
      got.add(SafeTensors.read(from.resolve(name + ".safetensors")).names().size());
    }

    @Override
    public void restoreCounters(Map<String, Long> counters) {
      got.add(counters);
    }
  }

  @Test
  void version010IsRead() throws IOException {
    Checkpoint checkpoint = version010().toResume(4).orElseThrow();
    CheckpointState state = checkpoint.state();
    assertEquals("0.1.0", state.version());
    assertEquals(4, state.step());
    assertEquals(32, state.dataPosition());
    assertEquals(List.of("ema", "model", "optimizer"), state.parts());
    assertEquals(List.of(), checkpoint.differences("some", "others"));

    List<Object> got = new ArrayList<>();
    checkpoint.restore(
        List.of(new Part("model", got), new Part("ema", got), new Part("optimizer", got)));
    assertEquals(List.of(15, Map.of(), 15, Map.of("ema", 4L), 30, Map.of("optimizer", 4L)), got);
  }

  @Test
  void version010IsCheckedToo() throws IOException {
    Checkpoints checkpoints = version010();
    Path state = folder.resolve("checkpoints/step-000004/state.json");
    Files.writeString(state, Files.readString(state).replace("\"ema\" : 4", "\"ema\" : 5"));
    assertThrows(IOException.class, checkpoints::newest);
  }

  @Test
  void theLogIsRead() throws IOException {
    version010();
    assertEquals(4, TrainingLog.read(folder.resolve("log.jsonl")).size());
    TrainingLog.resume(folder.resolve("log.jsonl"), 4).close();
    assertEquals(
        Files.readString(Path.of("src/test/resources/old-runs/toy-0.1.0/log.jsonl")),
        Files.readString(folder.resolve("log.jsonl")));
  }

  @Test
  void whatALaterVersionMayWriteIsRefused() throws IOException {
    Checkpoints checkpoints = new Checkpoints(new RunFolder(folder).create());
    Checkpoint written = checkpoints.write(
        CheckpointState.of("9.9", 4, 0, 0), List.of(new OneNumber("model", 1)), Keep.two());
    Path file = written.folder().resolve("state.json");
    Files.writeString(file, Files.readString(file).replace("\"seed\"", "\"grain\""));
    assertThrows(IOException.class, checkpoints::newest);
  }
}
