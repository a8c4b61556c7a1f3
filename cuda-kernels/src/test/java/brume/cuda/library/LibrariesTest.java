package brume.cuda.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries are found by their files. */
class LibrariesTest {

  @TempDir
  private Path folder;

  @Test
  void withoutADriverTheReasonSaysWhatToDo() {
    Optional<String> why = Libraries.in(List.of(folder)).whyNoDriver();
    assertEquals(
        Optional.of("libcuda.so.1 was not found. Is the NVIDIA driver installed?"
            + " Run with --device cpu to continue without it."),
        why);
  }

  @Test
  void versionsAreThoseOfTheFilesThatLinksLeadTo() throws IOException {
    link("libcuda.so.1", "libcuda.so.580.65.06");
    Libraries libraries = Libraries.in(List.of(folder.resolve("missing"), folder));
    assertEquals(Optional.empty(), libraries.whyNoDriver());
    Libraries.Found driver = libraries.driver().orElseThrow();
    assertEquals("580.65.06", driver.version());
    assertEquals(folder.resolve("libcuda.so.1") + " (580.65.06)", driver.toString());
  }

  @Test
  void theLibraryOfCuda12IsPreferred() throws IOException {
    link("libcublas.so.13", "libcublas.so.13.0.2.14");
    Libraries libraries = Libraries.in(List.of(folder));
    assertEquals("libcublas.so.13", libraries.cublas().orElseThrow().name());
    link("libcublas.so.12", "libcublas.so.12.6.3.3");
    assertEquals("12.6.3.3", libraries.cublas().orElseThrow().version());
    assertFalse(libraries.cudnn().isPresent());
  }

  @Test
  void ofALibraryThatIsMissingOtherVersionsAreNamed() throws IOException {
    Libraries libraries = Libraries.in(List.of(folder));
    assertEquals("libcublas.so.12 or libcublas.so.13 was not found", libraries.missingCublas());
    assertEquals("libcudnn.so.9 was not found", libraries.missingCudnn());
    link("libcudnn.so.8", "libcudnn.so.8.9.7");
    assertEquals(
        Text.of("libcudnn.so.9 was not found, only %s (8.9.7)", folder.resolve("libcudnn.so.8")),
        libraries.missingCudnn());
  }

  @Test
  void foldersOfTheUserComeFirstAndThoseOfPythonAreKnown() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Path python = Files.createDirectories(
        folder.resolve("venv/lib/python3.12/site-packages/nvidia/cublas/lib"));
    List<Path> folders = LibraryFolders.all(
        Map.of(
            "LD_LIBRARY_PATH",
            "/does/not/exist:" + mine,
            "VIRTUAL_ENV",
            folder.resolve("venv").toString()),
        folder.toString());
    assertEquals(mine, folders.get(0));
    assertTrue(folders.contains(python), folders.toString());
  }

  private void link(String name, String file) throws IOException {
    Files.createFile(folder.resolve(file));
    Files.createSymbolicLink(folder.resolve(name), Path.of(file));
  }
}
