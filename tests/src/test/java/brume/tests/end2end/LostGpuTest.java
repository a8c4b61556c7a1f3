package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.DriverBackend;
import brume.cuda.driver.CudaException;
import brume.cuda.emulator.EmulatedDriver;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A GPU that is lost in the middle of a run costs the steps since the last checkpoint, no more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LostGpuTest {

  private static final int STEPS = 3; // a checkpoint after each

  private Map<String, byte[]> undisturbed = Map.of();

  @BeforeAll
  void trainUndisturbed(@TempDir Path folder) throws IOException {
    TinyRun run = run(folder);
    run.train(healthy());
    undisturbed = run.checkpoint(STEPS);
  }

  @ParameterizedTest(name = "{0} after step {1}")
  @CsvSource({
    "launch conv2d_small, 1, 1",
    "launch average, 1, 1", // parameters are those of step 2 already
    "download, 2, 1" // the second checkpoint itself
  })
  void whatWasSavedIsSafeAndGoesOnInTheSameBits(
      String call, int after, int saved, @TempDir Path folder) throws IOException {
    TinyRun run = run(folder);
    int[] step = {0};
    TrainingListener listener = new TrainingListener() {
      @Override
      public void stepped(TrainingLog.Line line) {
        step[0] = line.step();
      }
    };
    Backend lost = LostGpuProvider.lostAt(each -> step[0] >= after && (each.equals(call)));
    String told =
        assertThrows(CudaException.class, () -> run.train(lost, listener)).getMessage();

    assertEquals(
        call + ": CUDA_ERROR_UNKNOWN (999), unknown error; check nvidia-smi for errors of the GPU,"
            + " then go on from the last checkpoint with --resume",
        told);
    Checkpoint last = run.newest();
    assertEquals(saved, last.state().step());

    run.train(healthy());
    Map<String, byte[]> resumed = run.checkpoint(STEPS);
    assertEquals(undisturbed.keySet(), resumed.keySet());
    undisturbed.forEach((file, bytes) -> assertArrayEquals(bytes, resumed.get(file), file));
  }

  @Test
  void theCommandSaysOneSentence(@TempDir Path folder) throws Exception {
    Path services = Files.createDirectories(folder.resolve("plug-in/META-INF/services"));
    Files.writeString(
        services.resolve(BackendProvider.class.getName()), LostGpuProvider.class.getName());
    Path run = folder.resolve("run");
    Command said = Command.run(
        folder,
        folder.resolve("plug-in") + File.pathSeparator + Command.classPathWithout(path -> false),
        Map.of(),
        "train --device lost --data toy:swissroll --dim 8 --batch 4 --samples 4 --steps 6"
            + " --checkpoint-every 2 --run "
            + run);

    assertEquals(1, said.status(), said.err());
    assertTrue(
        said.err()
            .endsWith(
                "\nbrume: launch adam: CUDA_ERROR_UNKNOWN (999), unknown error; check nvidia-smi"
                    + " for errors of the GPU, then go on from the last checkpoint with --resume\n"),
        said.err());
    assertFalse(said.err().contains("\tat "), said.err());
    assertEquals(
        2, new Checkpoints(new RunFolder(run)).newest().orElseThrow().state().step());
  }

  private static TinyRun run(Path folder) throws IOException {
    return TinyRun.in(folder).withBatch(2, 1).withSteps(STEPS, 1);
  }

  private static Backend healthy() {
    return DriverBackend.on("healthy", EmulatedDriver.open(64 << 20));
  }
}
