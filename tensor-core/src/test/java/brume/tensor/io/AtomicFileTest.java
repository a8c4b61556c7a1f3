package brume.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir
  private Path folder;

  @Test
  void createsAndReplaces() throws IOException {
    Path file = folder.resolve("state.json");
    for (String text : List.of("a long first text", "then a short one")) {
      AtomicFile.write(file, out -> out.write(ByteBuffer.wrap(text.getBytes(UTF_8))));
      assertEquals(text, Files.readString(file));
      assertEquals(List.of(file), contents());
    }
  }

  @Test
  void keepsTheOldFileWhenTheDiskIsFull() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Files.writeString(file, "the last good one");
    IOException e = assertThrows(
        IOException.class,
        () -> AtomicFile.write(file, out -> {
          out.write(ByteBuffer.wrap(new byte[100]));
          throw new IOException("No space left on device");
        }));
    assertEquals(
        file + ": could not be written and is as it was: No space left on device", e.getMessage());
    assertEquals("the last good one", Files.readString(file));
    assertEquals(List.of(file), contents());
  }

  @Test
  void leavesNothingBehindWhenTheContentBreaks() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () -> AtomicFile.write(folder.resolve("x"), out -> {
          throw new IllegalStateException("freed");
        }));
    assertEquals(List.of(), contents());
  }

  @Test
  void aNameMayBeAsLongAsTheSystemAllows() throws IOException {
    Path file = folder.resolve("n".repeat(255));
    AtomicFile.write(file, new byte[] {1});
    assertEquals(List.of(file), contents());
  }

  @Test
  void whatTheDeadLeaveGoesAndWhatTheLivingWriteStays() throws Exception {
    Process dead = new ProcessBuilder("java", "-version").start();
    dead.waitFor();
    Path left = Files.createFile(folder.resolve("." + dead.pid() + "-ebfecf58537537cb.tmp"));
    Path other = Files.createFile(folder.resolve(".notes.tmp"));
    Path file = folder.resolve("state.json");
    AtomicFile.write(file, out -> {
      assertTrue(contents().contains(left));
      AtomicFile.clear(folder);
      assertEquals(2, contents().size(), "others, and what is being written");
      out.write(ByteBuffer.wrap(new byte[] {1}));
    });
    assertEquals(Set.of(file, other), Set.copyOf(contents()));
  }

  @Test
  void refusesAPlaceThatIsNoFile() {
    Path nowhere = folder.resolve("no/such/file");
    IOException missing =
        assertThrows(IOException.class, () -> AtomicFile.write(nowhere, out -> {}));
    assertEquals(
        nowhere + ": expected to be written into a folder, got none at " + nowhere.getParent(),
        missing.getMessage());
    IOException taken = assertThrows(IOException.class, () -> AtomicFile.write(folder, out -> {}));
    assertEquals(folder + ": expected a file to write, got a folder", taken.getMessage());
  }

  private List<Path> contents() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskLeavesTheEarlierFile() throws Exception {
    Path file = Files.write(folder.resolve("a.png"), new byte[] {1, 2, 3});
    // A limit on the size of files stops a write halfway, as a full disk does.
    Path output = folder.resolve("output");
    String command =
        "ulimit -f 64; exec '" + Path.of(System.getProperty("java.home"), "bin", "java")
            + "' -Xshare:auto -cp '" + System.getProperty("java.class.path") + "' '"
            + TooMuch.class.getName() + "' '" + file + "'";
    Process process = new ProcessBuilder("bash", "-c", command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    assertEquals(0, process.waitFor(), Files.readString(output));
    assertTrue(
        Files.readString(output)
            .contains(file + ": could not be written and is as it was: File too large"),
        Files.readString(output));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
    assertEquals(2, contents().size());
  }

  /** Writes more than it may and prints why it could not. */
  static final class TooMuch {
    public static void main(String[] arguments) {
      IOException e = assertThrows(
          IOException.class, () -> AtomicFile.write(Path.of(arguments[0]), new byte[1_000_000]));
      System.out.println(e.getMessage());
    }
  }
}
