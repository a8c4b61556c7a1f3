package brume.diffusion.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir
  Path folder;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void replacesTheFileAndLeavesNothingBeside() throws IOException {
    Path file = Files.writeString(folder.resolve("a.png"), "earlier and longer");
    AtomicFile.write(file, "new".getBytes(StandardCharsets.UTF_8));
    assertEquals("new", Files.readString(file));
    assertEquals(List.of("a.png"), names());
  }

  @Test
  void aFolderInItsPlaceIsASentenceAndNothingIsLeftBeside() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("a.png/full")).getParent();
    IOException e = assertThrows(IOException.class, () -> AtomicFile.write(taken, new byte[5]));
    assertTrue(
        e.getMessage().startsWith(taken + ": expected to write 5 bytes, got: "), e.getMessage());
    assertEquals(List.of("a.png"), names());
  }

  @Test
  void aFileInPlaceOfItsFolderIsASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "").resolve("a.png");
    IOException e = assertThrows(IOException.class, () -> AtomicFile.write(file, new byte[5]));
    assertTrue(
        e.getMessage().startsWith(file + ": expected to write 5 bytes, got: "), e.getMessage());
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
            .contains(file
                + ": expected to write 1000000 bytes, got: java.io.IOException: File too large;"
                + " what was there before is unchanged"),
        Files.readString(output));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
    assertEquals(List.of("a.png", "output"), names());
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
