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
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the host does in a recorded training step, counted on a GPU that does nothing: it waits for nothing
 * that is under way, and starts one graph instead of hundreds of kernels.
 */
class RecordedStepBudgetTest {

  private static final String SHAPE = "64x64x3x64x1-2-4-8"; // as in LaunchBudgetTest
  private static final int MOST_CALLS = 1; // beside the graph: the batch is copied to its place
  private static final int MOST_UPLOADS = 1; // of all numbers that change
  private static final int STEPS = 8;

  private final NullDriver driver = new NullDriver();
  private final NullLibraries libraries = new NullLibraries();
  private final Backend gpu = DriverBackend.on("null", driver, libraries.blas(), libraries.dnn());

  @Test
  void aRecordedStepStaysWithinItsBudget() {
    try (Scope scope = Scope.open()) {
      StepNetwork network = StepNetwork.of(gpu, SHAPE);
      try (StepNetwork.Session recorded = network.record()) {
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
    assertEquals(1, driver.graphs(), table);
    assertEquals(0, driver.waits(), table);
    assertTrue(calls <= MOST_CALLS, table);
    assertTrue(driver.uploads() <= MOST_UPLOADS, table);
    assertTrue(gpu.reservedBytes() / 0x1p30 <= LaunchBudgetTest.MOST_GIBIBYTES, table);
  }

  @Test
  void aStepOfARunWaitsForNothing(@TempDir Path folder) throws IOException {
    Backend direct =
        DriverBackend.withoutRecording("null", driver, libraries.blas(), libraries.dnn());
    List<Asked> launched = run(direct, folder.resolve("direct"));
    List<Asked> repeated = run(gpu, folder.resolve("recorded"));
    String table = Text.of("direct   %s\nrecorded %s", launched, repeated);
    System.out.println(table);
    assertEquals(Set.of(launched.get(0)), Set.copyOf(launched), "one step is like another");
    assertEquals(Set.of(repeated.get(0)), Set.copyOf(repeated), "one step is like another");
    assertEquals(0, launched.get(0).waits(), table);
    assertEquals(0, repeated.get(0).waits(), table);
    assertEquals(1, repeated.get(0).graphs(), table);
    assertTrue(repeated.get(0).calls() <= MOST_CALLS, table);
    assertTrue(repeated.get(0).uploads() <= MOST_UPLOADS + 1, table); // the pictures, too
  }

  /** What the host did between two steps that it was told of. */
  private record Asked(int graphs, int calls, int uploads, int waits, int lateNumbers) {}

  /** Steps of a run once they are recorded, but for the last one, which is waited for. */
  private List<Asked> run(Backend device, Path folder) throws IOException {
    List<Asked> steps = new ArrayList<>();
    TinyRun run = TinyRun.in(folder).withGroupNorm().withSteps(STEPS, STEPS);
    forget();
    TrainingListener listener = TrainingListener.ofSteps(line -> {
      if (line.step() > Recorder.FIRST && line.step() < STEPS) { // told while a later one is given
        steps.add(new Asked(
            driver.graphs(), calls(), driver.uploads(), driver.waits(), driver.lateNumbers()));
      }
      forget();
    });
    assertEquals(Trainer.Outcome.FINISHED, run.train(device, listener));
    return steps;
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
