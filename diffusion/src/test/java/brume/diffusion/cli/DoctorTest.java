package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorTest {

  private final Shell doctor = Shell.run("doctor");

  @ParameterizedTest
  @ValueSource(
      strings = {"brume", "JVM", "flags", "system", "cores", "heap", "cpu", "reference", "GPU"})
  void everythingThatMattersHasItsLine(String what) {
    List<String> lines =
        doctor.out().lines().filter(line -> line.startsWith(what + " ")).toList();
    assertEquals(1, lines.size(), doctor.out());
    assertTrue(lines.get(0).length() > 11, lines.get(0));
  }

  @Test
  void theVectorsOfTheCpuAreToldOrTheMissingFlag() {
    boolean hasVectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    String cpu =
        doctor.out().lines().filter(l -> l.startsWith("cpu ")).findFirst().orElse("");
    assertTrue(
        cpu.contains(hasVectors ? "-bit vectors" : "--add-modules jdk.incubator.vector"), cpu);
    assertEquals(hasVectors ? 0 : 1, doctor.status());
  }

  @Test
  void theGpuIsUsedOrItIsSaidWhyNot() {
    String gpu =
        doctor.out().lines().filter(l -> l.startsWith("GPU ")).findFirst().orElse("");
    assertTrue(gpu.contains("not used: cuda-kernels is not on the class path"), gpu);
  }
}
