package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.DriverBackend;
import brume.diffusion.run.TrainingListener;
import brume.nn.Recorder;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which networks are recorded in training, on a GPU that does nothing: in whole steps all of them, and in parts
 * all but those that change their parameters whenever they are asked, which is told once.
 */
class RecordedNetworksTest {

  private static final int STEPS = Recorder.FIRST + 2;
  private static final String PARTS =
      "steps are recorded in parts, and take a little more of the host's time: each has parts that are"
          + " added up";
  private static final String CHANGES =
      "steps are not recorded, and take more of the host's time: it changes its parameters while it is asked";

  static Stream<Arguments> networks() {
    return Stream.of(
        network(true, "unet", "\"blocks\": \"rms-norm\", \"selfCondition\": false"),
        network(
            true,
            "ddpm",
            "\"dim\": 8, \"mults\": [1, 2], \"attention\": [false, true], \"groups\": 4"),
        network(true, "conditional", "\"dim\": 8, \"timeDim\": 8, \"levels\": 2, \"groups\": 4"),
        network(true, "song", "\"dim\": 8, \"mults\": [1, 2], \"blocksPerLevel\": 1"),
        network(
            true, "adm", "\"dim\": 8, \"mults\": [1, 2], \"blocksPerLevel\": 1, \"headDim\": 8"),
        network(true, "dit", "\"layers\": 2, \"heads\": 2, \"headDim\": 8, \"patchSize\": 4"),
        network(true, "uvit", "\"dim\": 8, \"mults\": [1, 2], \"depth\": 1, \"heads\": 2"),
        network(false, "karras", "\"dim\": 8, \"dimMax\": 12, \"headDim\": 4, \"fourierDim\": 4"));
  }

  private static Arguments network(boolean recorded, String kind, String settings) {
    return Arguments.of(recorded, kind, settings);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("networks")
  void aNetworkIsRecordedIfItCanBe(
      boolean recorded, String kind, String settings, @TempDir Path folder) throws IOException {
    assertEquals(
        List.of(), train(1, kind, settings, folder.resolve("whole"), STEPS - Recorder.FIRST - 1));
    assertEquals(
        recorded ? List.of(PARTS) : List.of(PARTS, CHANGES),
        train(
            2,
            kind,
            settings,
            folder.resolve("parts"),
            recorded ? 2 * (2 * STEPS - Recorder.FIRST) : 0));
  }

  /** Warnings of a run. */
  private static List<String> train(
      int parts, String kind, String settings, Path folder, int graphs) throws IOException {
    NullDriver driver = new NullDriver();
    NullLibraries libraries = new NullLibraries();
    Backend gpu = DriverBackend.on("null", driver, libraries.blas(), libraries.dnn());
    List<String> warnings = new ArrayList<>();
    TrainingListener listener = new TrainingListener() {
      @Override
      public void warned(String sentence) {
        warnings.add(sentence);
      }
    };
    TinyRun.in(folder)
        .with("{\"patch\": 1, \"network\": {\"kind\": \"%s\", %s}}", kind, settings)
        .withSteps(STEPS, STEPS)
        .withBatch(2, parts)
        .train(gpu, listener);
    assertEquals(graphs, driver.graphs());
    return warnings;
  }
}
