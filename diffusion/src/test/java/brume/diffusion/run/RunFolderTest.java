package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.Locales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunFolderTest {

  @TempDir
  private Path runs;

  @Test
  void numbersGoOnFromThoseThatAreTaken() throws IOException {
    Files.createDirectories(runs.resolve("x-001"));
    Files.createFile(runs.resolve("x-002"));
    assertEquals(runs.resolve("x-003"), RunFolder.createNumbered(runs, "x").path());
    assertEquals(runs.resolve("y-z-001"), RunFolder.createNumbered(runs, "y:z").path());
    assertTrue(Files.isDirectory(runs.resolve("y-z-001/checkpoints")));
  }

  @Test
  void nobodyGetsTheFolderOfAnother() throws Exception {
    int threads = 8, each = 25;
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<List<Path>>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        tasks.add(() -> {
          List<Path> got = new ArrayList<>();
          for (int n = 0; n < each; n++) {
            together.await();
            got.add(RunFolder.createNumbered(runs, "x").path());
          }
          return got;
        });
      }
      Set<Path> all = new TreeSet<>();
      for (Future<List<Path>> done : pool.invokeAll(tasks)) {
        all.addAll(done.get());
      }
      assertEquals(threads * each, all.size());
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void theLatestIsTheOneThatWasWorkedOnLast() throws IOException {
    IOException none = assertThrows(IOException.class, () -> RunFolder.latest(runs));
    assertEquals(runs + ": expected a run to go on with, got none; begin one", none.getMessage());
    assertThrows(IOException.class, () -> RunFolder.latest(runs.resolve("nowhere")));

    RunFolder a = begun("a", 3000), b = begun("b", 2000), c = begun("c", 1000);
    Files.createDirectory(runs.resolve("d")); // newer, but no run
    assertEquals(a, RunFolder.latest(runs));
    touch(c.log(), 4000);
    assertEquals(c, RunFolder.latest(runs));
    touch(b.note(), 5000);
    assertEquals(b, RunFolder.latest(runs));
  }

  private RunFolder begun(String name, long millis) throws IOException {
    RunFolder run = new RunFolder(runs.resolve(name)).create();
    touch(run.config(), millis);
    return run;
  }

  private static void touch(Path file, long millis) throws IOException {
    Files.writeString(file, "{}");
    Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
  }

  @Test
  void aFileIsNoPlaceForARun() throws IOException {
    Path file = Files.createFile(runs.resolve("file"));
    IOException e = assertThrows(IOException.class, () -> new RunFolder(file).create());
    assertEquals(
        file + ": expected a folder for the run, got a file; choose another --run", e.getMessage());
  }

  @ParameterizedTest
  @MethodSource("brume.diffusion.Locales#all")
  void namesAreTheSameEverywhere(String locale) throws Throwable {
    Locales.in(locale, () -> {
      assertEquals(runs.resolve("x-001"), RunFolder.createNumbered(runs, "x").path());
      assertEquals(runs.resolve("x-002"), RunFolder.createNumbered(runs, "x").path());
    });
  }
}
