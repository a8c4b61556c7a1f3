package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code java -jar brume.jar} does: the same as the launcher, though no flag was given. */
class JarTest {

  private static final int ENDLESS = 10_000_000;

  @TempDir
  private Path folder;

  @Test
  void theVectorsAreThereUnasked() throws Exception {
    Shell said = end(start(List.of("-Xmx300m", "-Dmine=yes"), "doctor"));
    List<String> flags = List.of(said.succeeds()
        .out()
        .lines()
        .filter(line -> line.startsWith("flags "))
        .findFirst()
        .orElseThrow()
        .split(" +"));
    // One word or two, as JVMs print it.
    assertTrue(
        said.out().contains("--add-modules=jdk.incubator.vector")
            || flags.contains("jdk.incubator.vector"),
        said.out());
    assertTrue(flags.containsAll(List.of("-XX:+UseSerialGC", "-Xmx300m", "-Dmine=yes")));
  }

  @Test
  void anotherCollectorOfTheUsersIsTaken() throws Exception {
    Shell said = end(start(List.of("-XX:+UseParallelGC"), "doctor")).succeeds();
    assertTrue(said.out().contains("-XX:+UseParallelGC"), said.out());
  }

  @Test
  void theStatusIsHandedOn() throws Exception {
    assertEquals(2, end(start(List.of(), "train", "--steps", 0)).status());
    assertEquals(
        1, end(start(List.of(), "sample", "--run", folder.resolve("no"))).status());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
  void aSignalToTheFirstProcessEndsBothWithACheckpoint() throws Exception {
    Process process = startTraining();
    process.destroy(); // what kill does
    Shell said = end(process);
    assertEquals(143, said.status(), said.err());
    assertTrue(said.lastLine().startsWith("stopped; go on with: java -jar "), said.err());
    assertTrue(said.lastLine().endsWith(" train --resume " + run()), said.err());
    assertEquals(1, checkpoints());
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals")
  void whoKillsTheFirstProcessEndsBoth() throws Exception {
    Process process = startTraining();
    ProcessHandle second = process.children().findFirst().orElseThrow();
    process.destroyForcibly();
    await("end of the second process", () -> !second.isAlive());
    assertEquals(1, checkpoints());
  }

  private Process startTraining() throws Exception {
    Process process = start(
        List.of(),
        TinyData.train(
            "--data",
            TinyData.idx(folder.resolve("pictures.idx")),
            "--run",
            run(),
            "--steps",
            ENDLESS,
            "--checkpoint-every",
            ENDLESS,
            "--sample-every",
            0));
    await("first step", () -> err().contains("U-Net with"));
    return process;
  }

  private Path run() {
    return folder.resolve("run");
  }

  private long checkpoints() throws IOException {
    try (Stream<Path> folders = Files.list(run().resolve("checkpoints"))) {
      return folders.filter(path -> !path.toString().endsWith(".tmp")).count();
    }
  }

  private Process start(List<String> flags, Object... words) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(flags);
    line.add("-cp");
    line.add(Objects.requireNonNullElse(
        System.getProperty("surefire.test.class.path"), System.getProperty("java.class.path")));
    line.add(Jar.class.getName());
    Arrays.stream(words).map(Object::toString).forEach(line::add);
    return new ProcessBuilder(line)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  private Shell end(Process process) throws Exception {
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "still running: " + err());
    return new Shell(process.exitValue(), Files.readString(folder.resolve("out")), err());
  }

  private String err() {
    try {
      return Files.readString(folder.resolve("err"));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private void await(String what, BooleanSupplier happened) throws InterruptedException {
    for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60); !happened.getAsBoolean(); ) {
      assertTrue(System.nanoTime() < end, () -> "no " + what + " within a minute: " + err());
      Thread.sleep(10);
    }
  }
}
