package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, a kill and a full disk end a run; going on with it ends in the bits of an undisturbed one. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterruptionTest {

  private static final int STEPS = 200;

  @TempDir
  private static Path common;

  @TempDir
  private Path folder;

  private Path data;
  private Path undisturbed;
  private Path run;

  @BeforeAll
  void trainUndisturbed() throws IOException {
    data = TinyData.idx(common.resolve("pictures.idx"));
    undisturbed = common.resolve("undisturbed");
    Shell.run(train(undisturbed, STEPS, STEPS)).succeeds();
  }

  @BeforeEach
  void choosePlace() {
    run = folder.resolve("run");
  }

  @Test
  void controlCSavesACheckpointAndSaysHowToGoOn() throws Exception {
    ChildJvm child = ChildJvm.start(folder.resolve("err"), train(run, STEPS, 1000));
    child.await("its first step", () -> child.said().contains("U-Net with"));
    child.interrupt();
    Shell said = child.end();

    assertEquals(130, said.status(), said.err());
    assertEquals("stopped; go on with: ./brume train --resume " + run, said.lastLine());
    List<Path> saved = checkpoints();
    assertEquals(1, saved.size(), "checkpoints");
    assertNotEquals(step(STEPS), saved.get(0), "was not interrupted but finished");
    resume().succeeds();
    assertUndisturbed();
  }

  @Test
  void aKillCostsNoMoreThanTheStepsSinceTheLastCheckpoint() throws Exception {
    ChildJvm child = ChildJvm.start(folder.resolve("err"), train(run, STEPS, 10));
    child.await("its second checkpoint", () -> Files.exists(step(20)));
    child.process().destroyForcibly();
    child.end();

    assertTrue(Files.notExists(step(STEPS)), "was not killed but finished");
    resume().succeeds();
    assertUndisturbed();
  }

  @Test
  void aFullDiskLeavesEarlierCheckpointsAlone() throws Exception {
    Object[] half = train(run, STEPS, STEPS / 2);
    ChildJvm first = ChildJvm.start(folder.resolve("err"), half);
    first.await("its first checkpoint", () -> Files.exists(step(STEPS / 2)));
    first.process().destroyForcibly();
    first.end();

    ChildJvm full = ChildJvm.startOnFullDisk(
        folder.resolve("err"), 64, "train", "--resume", run, "--device", "reference");
    full.end()
        .fails(
            1,
            step(STEPS)
                + ": expected to write a checkpoint, got: File too large; earlier ones are as"
                + " they were, go on from there with --resume");
    assertEquals(List.of(step(STEPS / 2)), checkpoints());
    resume().succeeds();
    assertUndisturbed();
  }

  @Test
  void aFullDiskLeavesEarlierPicturesAlone() throws Exception {
    Shell.run(train(run, 1, 1)).succeeds();
    Path png = folder.resolve("samples.png");
    Object[] sample = {"sample", "--run", run, "--device", "reference", "--count", 36, "--out", png
    };
    Shell.run(sample).succeeds();
    byte[] before = Files.readAllBytes(png);

    Shell failed = ChildJvm.startOnFullDisk(folder.resolve("err"), 1, sample).end();
    assertEquals(1, failed.status(), failed.err());
    assertTrue(failed.lastLine().startsWith("brume: " + png + ": "), failed.err());
    assertTrue(failed.lastLine().contains("File too large"), failed.err());
    assertArrayEquals(before, Files.readAllBytes(png));
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(
          files.noneMatch(file -> file.toString().endsWith(".tmp")), "nothing is left behind");
    }
  }

  private Object[] train(Path into, int steps, int checkpointEvery) {
    return TinyData.train(
        "--data", data, "--run", into, "--steps", steps, "--checkpoint-every", checkpointEvery);
  }

  private Shell resume() {
    return Shell.run("train", "--resume", run, "--device", "reference");
  }

  private Path step(int step) {
    return run.resolve("checkpoints/step-%06d".formatted(step));
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> folders = Files.list(run.resolve("checkpoints"))) {
      return folders.toList();
    }
  }

  private void assertUndisturbed() throws IOException {
    for (String file : List.of("model", "ema", "optimizer")) {
      String name = file + ".safetensors";
      assertArrayEquals(
          Files.readAllBytes(
              undisturbed.resolve("checkpoints/step-%06d".formatted(STEPS)).resolve(name)),
          Files.readAllBytes(step(STEPS).resolve(name)),
          name);
    }
    for (String file : List.of("samples.png", "denoising.gif")) {
      assertArrayEquals(
          Files.readAllBytes(undisturbed.resolve(file)),
          Files.readAllBytes(run.resolve(file)),
          file);
    }
  }
}
