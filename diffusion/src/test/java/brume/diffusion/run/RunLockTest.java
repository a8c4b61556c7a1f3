package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.Locales;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunLockTest {

  @TempDir
  private Path folder;

  private Path run;

  @BeforeEach
  void begin() throws IOException {
    run = folder.resolve("run");
    Files.writeString(new RunFolder(run).create().config(), "{}");
  }

  @Test
  void isHeldByOneUntilItIsClosed() throws IOException {
    RunLock first = RunLock.onExisting(run);
    assertEquals(run, first.folder().path());
    refused("this one, process " + ProcessHandle.current().pid() + " on ");
    first.close();
    RunLock second = RunLock.onExisting(run);
    first.close(); // again, which does not open the second
    refused("this one, process ");
    second.close();
    RunLock.onExisting(run).close();
  }

  @Test
  void isTheSameOnOtherWaysToTheFolder() throws IOException {
    try (RunLock lock = RunLock.onExisting(run)) {
      IOException e = assertThrows(
          IOException.class,
          () -> RunLock.onExisting(folder.resolve("run/../run").toAbsolutePath()));
      assertTrue(e.getMessage().contains("expected a run that no other process works on"));
      assertEquals(run, lock.folder().path());
    }
  }

  @Test
  void anotherProcessIsNamed() throws Exception {
    Process holder = holder();
    try {
      refused("process " + holder.pid() + " on ");
    } finally {
      holder.destroyForcibly();
      holder.waitFor(60, TimeUnit.SECONDS);
    }
    assertTrue(Files.size(run.resolve("run.lock")) > 0, "it had no time to tidy up");
    Path[] left = {
      run.resolve("." + holder.pid() + "-1.tmp"), run.resolve("samples/." + holder.pid() + "-2.tmp")
    };
    for (Path each : left) {
      Files.createFile(each);
    }
    RunLock.onExisting(run).close();
    for (Path each : left) {
      assertFalse(Files.exists(each), () -> each + " was half written when its process was killed");
    }
  }

  @Test
  void aSecondTryOfOursDoesNotLetOthersIn() throws Exception {
    try (RunLock lock = RunLock.onExisting(run)) {
      refused("this one");
      Process late = new ProcessBuilder(Holder.line(run)).start();
      try (BufferedReader err = late.errorReader()) {
        assertTrue(err.readLine().contains("works on, got one of process"), "" + lock);
      }
    }
  }

  private void refused(String holder) {
    String sentence =
        assertThrows(IOException.class, () -> RunLock.onExisting(run)).getMessage();
    assertTrue(
        sentence.startsWith(
            run + ": expected a run that no other process works on, got one of " + holder),
        sentence);
    assertTrue(sentence.endsWith("; wait for it or stop it"), sentence);
  }

  private Process holder() throws IOException {
    Process holder = new ProcessBuilder(Holder.line(run))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    assertEquals("locked", holder.inputReader().readLine());
    return holder;
  }

  /** Holds a lock until it is killed. */
  static final class Holder {
    static String[] line(Path run) {
      return new String[] {
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Holder.class.getName(),
        run.toString()
      };
    }

    public static void main(String[] args) throws Exception {
      try (RunLock lock = RunLock.onExisting(Path.of(args[0]))) {
        System.out.println("locked");
        Thread.sleep(TimeUnit.MINUTES.toMillis(1));
        lock.close();
      } catch (IOException refused) {
        System.err.println(refused.getMessage());
      }
    }
  }

  @Test
  void aNewRunWantsAFolderWithoutOne() throws IOException {
    RunLock.onNew(folder.resolve("new")).close();
    RunLock.onNew(folder.resolve("new")).close(); // nothing has begun there
    IOException e = assertThrows(IOException.class, () -> RunLock.onNew(run));
    assertEquals(
        "--run: expected a new folder, " + run + " holds a run; go on with --resume " + run,
        e.getMessage());
    RunLock.onExisting(run).close();
  }

  @Test
  void twoNewRunsInOneFolderAreRefused() throws IOException {
    try (RunLock lock = RunLock.onNew(folder.resolve("new"))) {
      assertThrows(IOException.class, () -> RunLock.onNew(lock.folder().path()));
    }
  }

  @Test
  void whatIsNoRunIsRefusedAndNothingIsMade() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    IOException e = assertThrows(IOException.class, () -> RunLock.onExisting(empty));
    assertEquals(
        "--resume: expected the folder of a run with its config.json, got " + empty,
        e.getMessage());
    try (var files = Files.list(empty)) {
      assertEquals(0, files.count());
    }
  }

  @ParameterizedTest
  @MethodSource("brume.diffusion.Locales#all")
  void saysTheSameEverywhere(String locale) throws Throwable {
    Locales.in(locale, () -> {
      try (RunLock lock = RunLock.onNumbered(folder, "x")) {
        assertTrue(lock.folder().path().endsWith("x-001"));
        String text = Files.readString(run.resolveSibling("x-001/run.lock"));
        assertTrue(text.matches("process [0-9]+ on \\S+ since 20[0-9T:Z-]+\n"), text);
      }
    });
  }
}
