package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Brume with the real JCuda, on stand-ins for NVIDIA's libraries that log and refuse. */
@TestInstance(Lifecycle.PER_CLASS)
class StubGpuTest {

  /** Calls of constructors, each after others that took something. */
  static final List<String> REFUSED = List.of(
      "cuStreamCreate=2",
      "cuMemAllocHost_v2@1=2",
      "cuMemAllocHost_v2@3=2",
      "cuEventCreate@2=2",
      "cuMemAllocHost_v2@6=2",
      "cublasCreate_v2=1",
      "cublasSetWorkspace_v2=1",
      "cublasSetMathMode=1",
      "cudnnCreate=1",
      "cudnnSetStream=1");

  private final Map<String, List<String>> scenes = new LinkedHashMap<>();

  @BeforeAll
  void play(@TempDir Path folder) throws Exception {
    List<String> printed = StubGpu.in(folder).java(StubGpuProgram.class, List.of("-Xcheck:jni"));
    List<String> scene = new ArrayList<>();
    scenes.put("start", scene);
    for (String line : printed) {
      if (line.startsWith("== ")) {
        scene = new ArrayList<>();
        scenes.put(line.substring(3), scene);
      } else {
        scene.add(line);
      }
    }
  }

  @Test
  void nothingIsAskedOfJavaWhileItsGarbageCollectorIsHeldUp() {
    // Java's words: "Warning: Calling other JNI functions in the scope of
    // Get/ReleasePrimitiveArrayCritical",
    // and "WARNING in native method". JCuda has more than 32 local references while it is loaded:
    // no harm.
    scenes.forEach((name, lines) -> lines.forEach(line -> assertFalse(
        line.startsWith("Warning: ") || line.contains("WARNING in native"), name + ": " + line)));
  }

  @Test
  void theFastestWayIsChosenOnceAndKept() {
    List<String> first = scenes.get("convolve"), again = scenes.get("convolve again");
    assertEquals(4, count(first, "work cudnnConvolutionForward 0"), "measured");
    assertEquals(5, count(first, "work cudnnConvolutionForward 1"), "measured, and taken");
    assertEquals(0, count(first, "work cudnnConvolutionForward 2"), "needs a terabyte");
    assertEquals(4, count(first, "work conv2d_tall"), "our own, measured only");
    assertEquals(4, count(first, "work cudnnConvolutionBackwardFilter 1"), "measured only");
    assertEquals(
        List.of(
            "work cudnnConvolutionForward 1, alpha 1, beta 0",
            "work cudnnConvolutionBackwardData 1, alpha 1, beta 0"),
        again.stream().filter(line -> line.startsWith("work cudnn")).toList());
    assertEquals(1, count(again, "work conv2d_filter_grad"), String.join("\n", again));
  }

  @Test
  void whatIsAddedToAConvolutionIsAddedByTheLibrary() {
    List<String> scene = scenes.get("add");
    assertEquals(
        List.of(
            "work cudnnConvolutionBiasActivationForward 1, alpha 1, beta 0, bias",
            "work cudnnConvolutionBiasActivationForward 1, alpha 1, beta 1, bias",
            "work cudnnConvolutionBackwardData 1, alpha 1, beta 1"),
        scene.stream().filter(line -> line.startsWith("work ")).toList());
  }

  @Test
  void aBiasThatTheLibraryRefusesIsAddedApart() {
    List<String> scene = scenes.get("refused bias");
    String all = String.join("\n", scene);
    assertEquals(1, count(scene, "refused to add the bias to FORWARD of 1x8x8x2"), all);
    assertEquals(1, count(scene, "refused cudnnConvolutionBias"), all + "\nasked once only");
    assertEquals(2, count(scene, "work cudnnConvolutionForward 1"), all);
    assertEquals(2, count(scene, "work add_per_channel"), all);
  }

  @Test
  void whatIsRefusedIsToldOnceAndComputedByOurOwnKernels() {
    for (String name : List.of("refused plan", "refused run", "refused later")) {
      List<String> scene = scenes.get(name);
      String all = name + ":\n" + String.join("\n", scene);
      List<String> told =
          scene.stream().filter(line -> line.contains("refused FORWARD of")).toList();
      assertEquals(name.equals("refused run") ? 2 : 1, told.size(), all); // one for each algorithm
      for (String line : told) {
        // JCuda reads a number that cuDNN did not write: by chance it hides the status.
        boolean hidden = name.equals("refused plan") && line.contains("refused before an offer");
        assertTrue(line.contains("FORWARD of 1x"), all);
        assertTrue(hidden || line.contains("STUB_NOT_SUPPORTED (3000)"), all);
      }
      assertTrue(count(scene, "work conv2d_") >= 2, all);
      assertEquals(0, count(scene, "thrown"), all);
    }
  }

  @Test
  void aConvolutionThatIsKnownCanBeCaptured() {
    List<String> scene = scenes.get("captured");
    assertEquals(1, count(scene, "work cudnnConvolutionForward 1"), String.join("\n", scene));
    assertEquals(1, count(scene, "captured cudnnConvolutionForward 1"), String.join("\n", scene));
  }

  @Test
  void threadsThatWaitOrMultiplyStayOutOfWhatAnotherOneCaptures() {
    List<String> waiting = scenes.get("wait while another thread captures");
    assertEquals(0, count(waiting, "Exception"), String.join("\n", waiting));
    List<String> multiplying = scenes.get("multiply while another thread captures");
    assertEquals(1, count(multiplying, "work gemm alpha 2 beta 3"), String.join("\n", multiplying));
  }

  @Test
  void whatFailsToOpenGivesBackWhatItTook() {
    int before = held(scenes.get("close"));
    for (String refused : REFUSED) {
      List<String> scene = scenes.get("open without " + refused);
      String all = refused + ":\n" + String.join("\n", scene);
      assertEquals(1, count(scene, "refused " + refused.replaceAll("[@=].*", "")), all);
      assertEquals(before, held(scene), all);
    }
  }

  private static long count(List<String> lines, String what) {
    return lines.stream().filter(line -> line.contains(what)).count();
  }

  /** What the stand-ins have given out after the last call. */
  private static int held(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("held "))
        .reduce((first, second) -> second)
        .map(line -> Integer.parseInt(line.substring(5)))
        .orElse(0);
  }
}
