package brume.tests.end2end;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tests.op.TestBackends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A run on a GPU, or an emulated one, logs what it logs on the CPU, and holds as much memory. */
@Tag("gpu")
class CudaRunTest {

  private static final double TOLERANCE = 1e-4;

  private static final class Log implements TrainingListener {
    private final Backend backend;
    private final List<TrainingLog.Line> lines = new ArrayList<>();
    private final List<Long> live = new ArrayList<>();
    private final List<Long> reserved = new ArrayList<>();

    private Log(Backend backend) {
      this.backend = backend;
    }

    @Override
    public void stepped(TrainingLog.Line line) {
      lines.add(line);
      live.add(backend.liveBytes());
      reserved.add(backend.reservedBytes());
    }
  }

  @Test
  @EnabledIf("brume.tests.op.TestBackends#cpuIsAvailable")
  void lossesAndGradientsAreThoseOfTheCpu(@TempDir Path folder) throws IOException {
    Log cpu = new Log(Backends.cpu()), gpu = new Log(TestBackends.gpu());
    for (Log log : List.of(cpu, gpu)) {
      TinyRun.in(folder.resolve(log.backend.name())).withSteps(3, 3).train(log.backend, log);
    }
    assertEquals(3, gpu.lines.size());
    for (int i = 0; i < 3; i++) {
      TrainingLog.Line expected = cpu.lines.get(i), actual = gpu.lines.get(i);
      assertEquals(expected.loss(), actual.loss(), TOLERANCE * expected.loss());
      assertEquals(
          expected.gradientNorm(), actual.gradientNorm(), TOLERANCE * expected.gradientNorm());
    }
  }

  @Test
  void memoryIsTheSameAfterEveryStep(@TempDir Path folder) throws IOException {
    Log log = new Log(TestBackends.gpu());
    long before = log.backend.liveBytes();
    TinyRun.in(folder).withGroupNorm().withSteps(6, 6).withBatch(2, 1).train(log.backend, log);
    assertTrue(log.live.get(2) > before);
    assertEquals(log.live.get(2), log.live.get(5), "live bytes once the step is recorded");
    assertEquals(log.reserved.get(2), log.reserved.get(5), "bytes taken from the device");
  }
}
