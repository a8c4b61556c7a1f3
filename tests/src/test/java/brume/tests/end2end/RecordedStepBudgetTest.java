package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.bench.StepNetwork;
import brume.cuda.DriverBackend;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.nn.Recorder;
import brume.tensor.Scope;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the host does in a recorded training step, counted on a GPU that does nothing: it waits for nothing
 * that is under way, and starts a few dozen kernels instead of hundreds.
 */
class RecordedStepBudgetTest {

  private static final String SHAPE = "64x64x3x64x1-2-4-8"; // as in LaunchBudgetTest
  private static final int MOST_CALLS = 16; // beside the two graphs
  private static final int MOST_UPLOADS = 3;
  private static final int MOST_OF_A_RUN = 40; // kernels of a step with everything that a run does

  private final NullDriver driver = new NullDriver();
  private final NullLibraries libraries = new NullLibraries();
  private final Backend gpu = DriverBackend.on("null", driver, libraries.blas(), libraries.dnn());

  @Test
  void aRecordedStepStaysWithinItsBudget() {
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(gpu, SHAPE);
      try (Recorder.Session recorded = network.record()) {
        for (int step = 0; step <= Recorder.FIRST; step++) {
          network.train();
        }
        forget();
        network.train();
      }
    }
    int calls = calls();
    String table = Text.of(
        "%d graphs, %d other launches, %d uploads, %d waits, %.2f GiB\n%s",
        driver.graphs(),
        calls,
        driver.uploads(),
        driver.waits(),
        gpu.reservedBytes() / 0x1p30,
        driver.launches());
    System.out.println(table);
    assertEquals(2, driver.graphs(), table);
    assertEquals(0, driver.waits(), table);
    assertTrue(calls <= MOST_CALLS, table);
    assertTrue(driver.uploads() <= MOST_UPLOADS, table);
  }

  @Test
  void aStepOfARunWaitsForNothing(@TempDir Path folder) throws IOException {
    List<String> steps = new ArrayList<>();
    int[] waits = {0}, most = {0}, graphs = {0};
    TinyRun run = TinyRun.in(folder).withGroupNorm().withSteps(9, 9);
    TrainingListener listener = TrainingListener.ofSteps(line -> {
      steps.add(Text.of(
          "told of step %d: %d graphs, %d launches, %d waits, %d late numbers",
          line.step(), driver.graphs(), calls(), driver.waits(), driver.lateNumbers()));
      if (line.step() > Recorder.FIRST + 1 && line.step() < 9) { // the last one is waited for
        waits[0] += driver.waits();
        graphs[0] += driver.graphs();
        most[0] = Math.max(most[0], calls());
      }
      forget();
    });
    assertEquals(Trainer.Outcome.FINISHED, run.train(gpu, listener));
    String table = String.join("\n", steps);
    System.out.println(table);
    assertEquals(0, waits[0], table);
    assertEquals(2 * 5, graphs[0], table);
    assertTrue(most[0] <= MOST_OF_A_RUN, table);
  }

  private int calls() {
    return driver.launches().values().stream().mapToInt(NullDriver.Tally::count).sum()
        + libraries.products()
        + libraries.convolutions();
  }

  private void forget() {
    driver.forget();
    libraries.forget();
  }
}
