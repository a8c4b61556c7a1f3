package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Model;
import brume.diffusion.run.SavedModel;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run that was stopped anywhere and continued ends in the bits of one that was not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumeTest {

  private static final Device CPU = Backends.cpu();
  private static final int STEPS = 6; // a checkpoint after every second

  private Map<String, byte[]> undisturbed = Map.of();
  private List<List<Double>> undisturbedLog = List.of();

  @BeforeAll
  void trainWithoutStopping(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    assertEquals(Trainer.Outcome.FINISHED, run.train(CPU));
    undisturbed = run.checkpoint(STEPS);
    undisturbedLog = run.log();
    assertEquals(STEPS, undisturbedLog.size());
  }

  @Test
  void aRunThatWasAskedToStopEndsInTheSameBits(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    assertEquals(Trainer.Outcome.STOPPED, stoppedAfter(3, run));
    assertTrue(Files.isDirectory(run.checkpointFolder(3)), "stopping saves");

    assertEquals(Trainer.Outcome.FINISHED, run.train(CPU));
    assertUndisturbed(run);
  }

  @Test
  void aRunThatDiedEndsInTheSameBits(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    diesAfter(5, run);
    Path halfWritten = folder.resolve("checkpoints/step-000006.tmp");
    Files.createDirectories(halfWritten);
    Files.write(halfWritten.resolve("model.safetensors"), new byte[] {1, 2, 3});
    Files.writeString(
        run.folder().log(), Files.readString(run.folder().log()) + "{\"step\":5,\"lo");

    assertEquals(Trainer.Outcome.FINISHED, run.train(CPU));
    assertUndisturbed(run);
    assertFalse(Files.exists(halfWritten));
  }

  @Test
  void timesVisitedByTheirLossesAreVisitedAgain(@TempDir Path folder) throws IOException {
    TinyRun whole = TinyRun.in(folder.resolve("whole")).withTimesByLoss();
    assertEquals(Trainer.Outcome.FINISHED, whole.train(CPU));

    TinyRun resumed = TinyRun.in(folder.resolve("resumed")).withTimesByLoss();
    diesAfter(5, resumed);
    assertTrue(resumed.checkpoint(4).containsKey("timesteps.safetensors"));
    resumed.train(CPU);
    assertEnded(whole.checkpoint(STEPS), whole.log(), resumed);
  }

  @Test
  void aRunThatDiedBeforeItsFirstCheckpointStartsAgain(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    diesAfter(1, run);
    run.train(CPU);
    assertUndisturbed(run);
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBefore(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    diesAfter(5, run);
    damage(run.checkpointFolder(4).resolve("optimizer.safetensors"));

    run.train(CPU, new TrainingListener() {
      @Override
      public void begins(int step, Model model) {
        assertEquals(2, step);
      }
    });
    assertUndisturbed(run);
  }

  @Test
  void aDamagedStateIsPassedOverToo(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    diesAfter(5, run);
    Path state = run.checkpointFolder(4).resolve("state.json");
    Files.writeString(state, Files.readString(state).replace("\"ema\" : 4", "\"ema\" : 5"));

    run.train(CPU);
    assertUndisturbed(run);
  }

  @Test
  void onlyDamagedCheckpointsAreNoReasonToStartAgain(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    diesAfter(5, run);
    Files.writeString(run.checkpointFolder(4).resolve("state.json"), "{}");
    Files.delete(run.checkpointFolder(2).resolve("model.safetensors"));

    IOException refusal = assertThrows(IOException.class, () -> run.train(CPU));
    assertTrue(refusal.getMessage().contains("whole checkpoint, got 2 damaged"), "" + refusal);
    assertEquals(4, run.checkpoint(4).size(), "left as they were");
  }

  @Test
  void damagedCheckpointsDoNotCrowdOutGoodOnes(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    run.train(CPU);
    damage(run.checkpointFolder(6).resolve("model.safetensors"));

    stoppedAfter(5, run);
    assertTrue(Files.isDirectory(run.checkpointFolder(4)));
    damage(run.checkpointFolder(5).resolve("ema.safetensors"));
    run.train(CPU);
    assertUndisturbed(run);
  }

  @Test
  void aFinishedRunIsLeftAsItIs(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    run.train(CPU);
    run.train(CPU);
    assertUndisturbed(run);
  }

  @Test
  void aCheckpointOfAnotherNetworkIsRefusedAndUnharmed(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    run.train(CPU);
    TinyRun other = run.withDim(16).withSteps(8, 2);

    IOException refusal = assertThrows(IOException.class, () -> other.train(CPU));
    assertTrue(
        refusal.getMessage().contains("model.safetensors: expected exactly the")
            && refusal.getMessage().contains("of another shape"),
        refusal.getMessage());
    assertUndisturbed(run);
    Checkpoint newest = run.newest();
    try (Scope scope = Scope.open()) {
      assertThrows(
          IOException.class, () -> SavedModel.load(other.recipe(), newest, "average", CPU));
    }
  }

  @Test
  void aCheckpointOfAnotherSeedIsRefused(@TempDir Path folder) throws IOException {
    TinyRun run = TinyRun.in(folder);
    run.train(CPU);
    IOException refusal = assertThrows(IOException.class, () -> run.withSeed(1).train(CPU));
    assertTrue(refusal.getMessage().contains("of seed 1, got seed 0"), refusal.getMessage());
  }

  private static Trainer.Outcome stoppedAfter(int step, TinyRun run) throws IOException {
    Trainer[] trainer = new Trainer[1];
    trainer[0] = run.trainer(CPU, new TrainingListener() {
      @Override
      public void stepped(TrainingLog.Line line) {
        if (line.step() == step) {
          trainer[0].stop();
        }
      }
    });
    return trainer[0].run();
  }

  /** As far as the files are concerned, this is a kill: nothing is saved or flushed on purpose. */
  private static void diesAfter(int step, TinyRun run) {
    assertThrows(
        IllegalStateException.class,
        () -> run.train(CPU, new TrainingListener() {
          @Override
          public void stepped(TrainingLog.Line line) {
            if (line.step() == step) {
              throw new IllegalStateException("killed");
            }
          }
        }));
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 1;
    Files.write(file, bytes);
  }

  private void assertUndisturbed(TinyRun run) throws IOException {
    assertEnded(undisturbed, undisturbedLog, run);
  }

  private static void assertEnded(
      Map<String, byte[]> expected, List<List<Double>> expectedLog, TinyRun run)
      throws IOException {
    Map<String, byte[]> checkpoint = run.checkpoint(STEPS);
    assertEquals(expected.keySet(), checkpoint.keySet());
    for (Map.Entry<String, byte[]> file : expected.entrySet()) {
      assertArrayEquals(file.getValue(), checkpoint.get(file.getKey()), file.getKey());
    }
    assertEquals(expectedLog, run.log());
  }
}
