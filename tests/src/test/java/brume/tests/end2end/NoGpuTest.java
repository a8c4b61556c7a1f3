package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import brume.cuda.library.Libraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Machines without a GPU, or with half of what it needs, do without JCuda and say what is missing. */
class NoGpuTest {

  private static final String WITHOUT_JCUDA =
      Command.classPathWithout(path -> path.matches(".*jcu(da|blas|dnn)[^/\\\\]*\\.jar"));

  @TempDir
  private Path folder;

  @Test
  void withoutADriverNothingOfJcudaIsLoaded() throws Exception {
    assumeTrue(Libraries.find().whyNoDriver().isPresent(), "there is a driver");
    assertFalse(WITHOUT_JCUDA.contains("jcuda"), WITHOUT_JCUDA);
    Command doctor = Command.run(folder, WITHOUT_JCUDA, Map.of(), "doctor");
    assertEquals(0, doctor.status(), doctor.err());
    assertTrue(
        doctor
            .out()
            .contains("\ncuda       not available: libcuda.so.1 was not found. Is the NVIDIA driver"
                + " installed? Run with --device cpu to continue without it.\nemulator "),
        doctor.out());
  }

  @Test
  @EnabledIf("brume.tests.op.TestBackends#cpuIsAvailable")
  void withoutADriverTheCpuIsTakenWithoutAWord() throws Exception {
    assumeTrue(Libraries.find().whyNoDriver().isPresent(), "there is a driver");
    Command trained = Command.run(
        folder,
        WITHOUT_JCUDA,
        Map.of(),
        "train --data toy:swissroll --dim 8 --batch 4 --samples 4 --sample-steps 2 --steps 1 --run "
            + folder.resolve("run"));
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.err().contains("cpu: "), trained.err());
    assertFalse(trained.err().contains("GPU"), trained.err());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void aDriverWithoutJcudasNativeLibrariesIsToldWithWhatToDo() throws Exception {
    String withoutNatives = Command.classPathWithout(path -> path.contains("-natives"));
    Command trained = Command.run(folder, withoutNatives, brokenDriver(), "train --device cuda");
    assertEquals(1, trained.status(), trained.err());
    assertTrue(
        trained
            .err()
            .endsWith(
                "brume: cuda is not available: JCuda's libJCudaDriver-12.6.0-linux-x86_64.so was"
                    + " not found; build Brume with mvn -Pcuda package\n"),
        trained.err());
  }

  /** A file where a driver is looked for first. */
  private Map<String, String> brokenDriver() throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("libraries"));
    Files.writeString(libraries.resolve("libcuda.so.1"), "no driver");
    return Map.of("LD_LIBRARY_PATH", libraries.toString());
  }
}
