package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.DriverBackend;
import brume.cuda.emulator.EmulatedDriver;
import brume.diffusion.data.Dataset;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training step asks of a GPU: nothing that makes the host wait, as numbers are fetched and looked at later. */
class CudaStepTest {

  private static final String END = "end of a step";
  private static final Set<String> WAITING = Set.of("download", "allocate", "free", "synchronize");

  private final List<String> calls = new ArrayList<>();

  @Test
  void theHostWaitsForNothing(@TempDir Path folder) throws IOException {
    List<String> step = secondStep(TinyRun.in(folder).withSteps(4, 4).withBatch(4, 1));
    assertTrue(step.contains("launch conv2d_filter_grad_small"), "the way back");
    assertTrue(step.contains("launch adam"), "the update");
    assertTrue(step.stream().noneMatch(WAITING::contains), step.toString());
    assertEquals(2, step.stream().filter("fetch"::equals).count(), "norm and loss");
  }

  @Test
  void partsOfAStepFollowEachOtherWithoutAWait(@TempDir Path folder) throws IOException {
    List<String> step = secondStep(TinyRun.in(folder).withSteps(4, 4).withBatch(2, 3));
    assertTrue(step.stream().noneMatch(WAITING::contains), step.toString());
    assertEquals(4, step.stream().filter("fetch"::equals).count(), "norm and three losses");
  }

  /** Calls of a step that has a step before it and one after it. */
  private List<String> secondStep(TinyRun run) throws IOException {
    Device gpu =
        DriverBackend.on("watched", new WatchedDriver(EmulatedDriver.open(64 << 20), calls::add));
    TrainingListener listener = new TrainingListener() {
      @Override
      public void stepped(TrainingLog.Line line) {
        calls.add(END);
      }
    };
    Dataset waves = new Waves(10, TinyRun.SIDE);
    new Trainer(run.recipe(), run.folder(), waves, gpu, listener).run();
    int first = calls.indexOf(END);
    List<String> rest = calls.subList(first + 1, calls.size());
    return List.copyOf(rest.subList(0, rest.indexOf(END)));
  }
}
