package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** More than a child can do before it is disturbed, on however busy a machine. */
  private static final int ENDLESS = 10_000_000;

  @TempDir
  private static Path common;

  @TempDir
  private Path folder;

  private Path data;
  private Path run;

  @BeforeAll
  void makePictures() throws IOException {
    data = TinyData.idx(common.resolve("pictures.idx"));
  }

  @BeforeEach
  void choosePlace() {
    run = folder.resolve("run");
  }

  @Test
  void controlCSavesACheckpointAndSaysHowToGoOn() throws Exception {
    ChildJvm child =
        ChildJvm.startInterruptible(folder.resolve("err"), train(run, ENDLESS, ENDLESS));
    child.await("its first step", () -> child.said().contains("U-Net with"));
    child.interrupt();
    Shell said = child.end();

    assertEquals(130, said.status(), said.err());
    assertEquals("stopped; go on with: ./brume train --resume " + run, said.lastLine());
    assertEquals(1, checkpoints().size(), "checkpoints");
    goesOnAsIfUndisturbed();
  }

  @Test
  void controlCDoesNotWaitForPictures() throws Exception {
    Shell.run(train(run, 1, 1)).succeeds();
    Shell said = interruptedDrawing("--sample-every", 1, "--steps", ENDLESS);
    assertEquals("stopped; go on with: ./brume train --resume " + run, said.lastLine());
    assertFalse(said.err().contains("samples/step-000002.png"), said.err());
    goesOnAsIfUndisturbed("--samples", 3);
  }

  @Test
  void controlCDoesNotWaitForTheLastPictures() throws Exception {
    Shell.run(train(run, 1, 1)).succeeds();
    Shell said = interruptedDrawing();
    String how = "stopped drawing; draw with: ./brume sample --run " + run;
    assertTrue(said.err().contains(how), said.err());
    assertTrue(Files.exists(run.resolve("loss.png")), "the loss can be plotted");
  }

  /** Goes on with a run that draws more pictures than anybody would wait for. */
  private Shell interruptedDrawing(Object... more) throws Exception {
    ChildJvm child = ChildJvm.startInterruptible(
        folder.resolve("err"), resume(List.of("--samples", 4096), more));
    child.await("its first step", () -> child.said().contains("U-Net with"));
    child.interrupt();
    Shell said = child.end();
    assertEquals(130, said.status(), said.err());
    return said;
  }

  @Test
  void aKillCostsNoMoreThanTheStepsSinceTheLastCheckpoint() throws Exception {
    ChildJvm child = ChildJvm.start(folder.resolve("err"), train(run, ENDLESS, 10));
    child.await("its second checkpoint", () -> Files.exists(step(20)));
    child.process().destroyForcibly();
    child.end();

    goesOnAsIfUndisturbed();
  }

  @Test
  void aFullDiskLeavesEarlierCheckpointsAlone() throws Exception {
    Shell.run(train(run, 3, 3)).succeeds();
    ChildJvm full = ChildJvm.startOnFullDisk(
        folder.resolve("err"), 64, "train", "--resume", run, "--steps", 6, "--device", "reference");
    full.end()
        .fails(
            1,
            step(6)
                + ": expected to write a checkpoint, got: File too large; earlier ones are as"
                + " they were, go on from there with --resume");
    assertEquals(List.of(step(3)), checkpoints());
    goesOnAsIfUndisturbed();
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
    assertTrue(failed.lastLine().startsWith("brume: " + png + ".part"), failed.err());
    assertTrue(failed.lastLine().contains("File too large"), failed.err());
    assertArrayEquals(before, Files.readAllBytes(png));
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(
          files.noneMatch(file -> file.toString().endsWith(".tmp")), "nothing is left behind");
    }
  }

  /** Trains at a rate that does not depend on how many steps there will be. */
  private Object[] train(Path into, int steps, int checkpointEvery) {
    return TinyData.train(
        "--data",
        data,
        "--run",
        into,
        "--rate",
        "constant", // cosine depends on --steps, as does the usual warm-up
        "--warmup",
        0,
        "--steps",
        steps,
        "--checkpoint-every",
        checkpointEvery);
  }

  private Object[] resume(List<Object> first, Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("train", "--resume", run, "--device", "reference"));
    words.addAll(first);
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private Path step(int step) {
    return run.resolve(Text.of("checkpoints/step-%06d", step));
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> folders = Files.list(run.resolve("checkpoints"))) {
      return folders.toList();
    }
  }

  /** Does a few more steps, and as many in a run that nobody disturbs. */
  private void goesOnAsIfUndisturbed(Object... showing) throws IOException {
    int steps = last(checkpoints()) + 3;
    Shell.run(resume(List.of("--steps", steps), showing)).succeeds();
    Path undisturbed = folder.resolve("undisturbed");
    Shell.run(train(undisturbed, steps, steps)).succeeds();
    List<String> files = Stream.of("model", "ema", "optimizer")
        .map(file -> Text.of("checkpoints/step-%06d/%s.safetensors", steps, file))
        .toList();
    for (String file : files) {
      assertSame(file, undisturbed);
    }
    assertSame("samples.png", undisturbed);
    assertSame("denoising.gif", undisturbed);
  }

  private static int last(List<Path> checkpoints) {
    return checkpoints.stream()
        .map(folder -> folder.getFileName().toString())
        .filter(name -> !name.endsWith(".tmp")) // a kill may leave one half written
        .mapToInt(name -> Integer.parseInt(name.substring("step-".length())))
        .max()
        .orElseThrow();
  }

  private void assertSame(String file, Path undisturbed) throws IOException {
    assertArrayEquals(
        Files.readAllBytes(undisturbed.resolve(file)), Files.readAllBytes(run.resolve(file)), file);
  }
}
