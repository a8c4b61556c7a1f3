package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.Device;
import brume.tests.op.TestBackends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run holds as much memory after a hundred steps as after ten. */
class MemoryTest {

  private static final class Meter implements TrainingListener {
    private final Device device;
    private final TreeMap<Integer, Long> live = new TreeMap<>();
    private final TreeMap<Integer, Long> reserved = new TreeMap<>();

    private Meter(Device device) {
      this.device = device;
    }

    @Override
    public void stepped(TrainingLog.Line line) {
      live.put(line.step(), device.liveBytes());
      reserved.put(line.step(), device.reservedBytes());
    }
  }

  @Test
  void trainingHoldsAndTakesNoMoreAfterStep100ThanAfterStep10(@TempDir Path folder)
      throws IOException {
    Device device = TestBackends.cpuWithThreads(1); // several threads need scratch when they please
    Meter meter = new Meter(device);
    TinyRun.in(folder).withSteps(100, 100).withBatch(2, 2).train(device, meter);

    assertTrue(meter.live.get(10) > 0);
    assertEquals(meter.live.get(10), meter.live.get(100), "live bytes");
    assertEquals(meter.reserved.get(10), meter.reserved.get(100), "bytes of all arrays ever made");
    assertEquals(0, device.liveBytes(), "after the run");
  }
}
