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
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In what order a training step asks things of a GPU: whatever makes the host wait comes last. */
class CudaStepTest {

  private static final String END = "end of a step";

  private final List<String> calls = new ArrayList<>();

  @Test
  void theHostWaitsTwiceAfterAllButTheUpdateIsUnderWay(@TempDir Path folder) throws IOException {
    List<String> step = secondStep(TinyRun.in(folder).withSteps(3, 3).withBatch(4, 1));
    List<String> before = step.subList(0, step.indexOf("download"));
    List<String> after = step.subList(before.size(), step.size());

    assertTrue(before.contains("launch conv2d_filter_grad_small"), "the way back");
    Set<String> update = new TreeSet<>(after);
    assertTrue(
        Set.of("download", "launch scale", "launch adam", "launch average").containsAll(update),
        update.toString());
    assertEquals(2, after.stream().filter("download"::equals).count(), "norm and loss");
    assertTrue(step.stream().noneMatch(Set.of("allocate", "free", "synchronize")::contains));
  }

  @Test
  void partsOfAStepFollowEachOtherWithoutAWait(@TempDir Path folder) throws IOException {
    List<String> step = secondStep(TinyRun.in(folder).withSteps(3, 3).withBatch(2, 3));
    assertTrue(step.indexOf("download") > step.lastIndexOf("launch conv2d_filter_grad_small"));
    assertEquals(4, step.stream().filter("download"::equals).count(), "norm and three losses");
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
