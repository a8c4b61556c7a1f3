package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a folder for temporary files; one is killed and one lives on. */
class ScratchTest {

  @TempDir
  private Path temporary;

  /** Makes a folder with a file, says where, and sleeps until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws Exception {
      try (Scratch scratch = Scratch.create("data")) {
        Files.createDirectory(scratch.folder().resolve("0"));
        Files.writeString(scratch.folder().resolve("0/pictures"), "copied");
        System.out.println(scratch.folder());
        TimeUnit.SECONDS.sleep(Long.parseLong(args[0]));
      }
    }
  }

  private Process holder(int seconds) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Holder.class.getName(),
            Integer.toString(seconds))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void whatAKilledProcessLeftGoesWhenTheNextStarts() throws Exception {
    Process killed = holder(60), living = holder(60);
    try {
      Path left = Path.of(killed.inputReader().readLine());
      Path used = Path.of(living.inputReader().readLine());
      Path foreign = Files.createDirectory(temporary.resolve("brume-data-of-somebody"));
      killed.destroyForcibly().waitFor();
      assertTrue(Files.exists(left.resolve("0/pictures")), "nothing to tidy up");

      Process next = holder(0);
      Path made = Path.of(next.inputReader().readLine());
      assertEquals(0, next.waitFor());
      assertEquals(temporary, left.getParent().getParent());
      assertNotEquals(left, made);
      assertEquals(
          List.of(used.getParent(), foreign).stream().sorted().toList(), Folders.list(temporary));
      assertTrue(Files.exists(used.resolve("0/pictures")), "of one that lives");
    } finally {
      killed.destroyForcibly();
      living.destroyForcibly().waitFor();
    }
  }

  @Test
  void severalOfOneProcessGoOneByOne() throws Exception {
    Path first, second;
    try (Scratch one = Scratch.create("a");
        Scratch other = Scratch.create("b")) {
      first = Files.writeString(one.folder().resolve("x"), "1");
      second = Files.writeString(other.folder().resolve("x"), "2");
      one.close();
      assertTrue(Files.notExists(first.getParent().getParent()));
      Scratch.create("c").close();
      assertEquals("2", Files.readString(second));
    }
    assertTrue(Files.notExists(second.getParent().getParent()));
  }
}
