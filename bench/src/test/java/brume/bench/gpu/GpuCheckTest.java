package brume.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.bench.StepShape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.Recording;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of a GPU pass on an emulated one, and each fails on a device that deserves it. */
class GpuCheckTest {

  private static final String TINY = "1x4x1x8x1-2";

  private final Backend cpu = Backends.cpu();

  /** The same; what its threads take for themselves depends on how many do so at once. */
  private final Backend frugal = Tampering.withOwn(cpu, "reservedBytes", args -> 0L);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Verdicts verdicts =
      new Verdicts(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  @Test
  void anEmulatedGpuPassesThemAll() {
    String[] args = {
      "--device", "emulator", "--shape", TINY, "--repeats", "2", "--steps", "3", "--settled", "2"
    };
    assertEquals(0, GpuCheck.run(args));
  }

  @Test
  void aDeviceThatIsNotThereFails() {
    assertEquals(1, GpuCheck.run("--device", "abacus", "device"));
    assertEquals(2, GpuCheck.run("--device", "cpu", "dvice"));
    assertEquals(2, GpuCheck.run("--device", "cpu", "--bits", "b", "device"));
  }

  @Test
  void bitsThatCannotBeReadFail(@TempDir Path folder) throws IOException {
    Path bits = Files.writeString(folder.resolve("bits"), "no bits");
    assertEquals(1, GpuCheck.run("--device", "emulator", "--bits", bits.toString(), "kernels"));
  }

  @Test
  void whatIsSlightlyWrongFailsOperationsAndNetworks() {
    Backend wrong = Tampering.with(cpu, "conv2dPlus", (args, result) -> {
      Tensor y = (Tensor) args[5];
      cpu.elementwise().scale(1 + 1e-3, List.of(y), List.of(y));
      return result;
    });
    parity(cpu);
    assertEquals(0, verdicts.failed(), this::lines);
    parity(wrong);
    assertEquals(10, verdicts.failed(), this::lines);
    assertTrue(lines().contains("FAIL 3x3 convolution of 8 to 8 channels at 4x4: 1.0e-03 (y)"));
    assertTrue(lines().contains("from reference, where cpu is off by"));
    new NetworkCheck(TINY, cpu).run(wrong, verdicts);
    assertEquals(11, verdicts.failed(), this::lines);
  }

  @Test
  void whatBreaksFailsAndTheOthersGoOn() {
    Backend broken = Tampering.with(cpu, "rmsNorm", (args, result) -> {
      throw new IllegalStateException("smoke");
    });
    parity(broken);
    assertEquals(2, verdicts.failed(), this::lines);
    assertTrue(verdicts.passed() > 10, this::lines);
    assertTrue(lines().contains("FAIL RMS norm of (1, 4, 4, 8): java.lang.IllegalStateException"));
  }

  @Test
  void whatIsNoNumberFails() {
    Backend broken = Tampering.with(frugal, "groupNormSiLUInBlock", (args, result) -> {
      for (Object argument : args) {
        if (argument instanceof Tensor t) {
          cpu.elementwise().fill(Double.NaN, t);
        }
      }
      return result;
    });
    new NetworkCheck(TINY, cpu).run(broken, verdicts);
    new EnduranceCheck(TINY, 2, 1).run(broken, verdicts);
    assertEquals(2, verdicts.failed(), this::lines);
    assertTrue(lines().contains("Infinity"), this::lines);
    assertTrue(lines().contains("some are not finite"), this::lines);
  }

  @Test
  void whatIsComparedWithNoNumberFails() {
    double[] right = {1, 2}, wrong = {1, 3};
    for (double unexpected : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      double[] broken = {1, unexpected};
      assertEquals(
          Double.POSITIVE_INFINITY,
          Deviation.between(Map.of("y", broken), Map.of("y", broken)).relative());
      Deviation most =
          Deviation.between(Map.of("y", right, "z", broken), Map.of("y", wrong, "z", right), 1);
      assertEquals(new Deviation(Double.POSITIVE_INFINITY, "z"), most);
    }
    assertEquals(
        new Deviation(0.5, "y"), Deviation.between(Map.of("y", right), Map.of("y", wrong)));
  }

  @Test
  void whatDiffersFromRunToRunIsNotDeterministic() {
    AtomicLong calls = new AtomicLong();
    Backend fickle = Tampering.with(cpu, "conv2dPlus", (args, result) -> {
      Tensor y = (Tensor) args[5];
      cpu.elementwise().scale(1 + 1e-6 * calls.incrementAndGet(), List.of(y), List.of(y));
      return result;
    });
    new DeterminismCheck(TINY, 3).run(cpu, verdicts);
    assertEquals(0, verdicts.failed(), this::lines);
    new DeterminismCheck(TINY, 3).run(fickle, verdicts);
    assertEquals(1, verdicts.failed(), this::lines);
  }

  @Test
  void memoryThatGrowsFails() {
    AtomicLong leaked = new AtomicLong();
    for (String memory : new String[] {"liveBytes", "reservedBytes"}) {
      Backend leaky = Tampering.with(
          frugal, memory, (args, result) -> (Long) result + leaked.incrementAndGet());
      new EnduranceCheck(TINY, 3, 2).run(leaky, verdicts);
    }
    Backend robbed = Tampering.with(
        frugal,
        "freeBytes",
        (args, result) -> OptionalLong.of((1L << 40) >> leaked.incrementAndGet()));
    new EnduranceCheck(TINY, 3, 2).run(robbed, verdicts);
    assertEquals(3, verdicts.failed(), this::lines);
    assertEquals(7, verdicts.passed(), this::lines);
  }

  @Test
  void aRecordingThatDoesNothingFails() {
    Backend lazy = Tampering.withOwn(cpu, "record", args -> {
      ((Runnable) args[0]).run();
      return recording(() -> {});
    });
    new CaptureCheck(TINY, 2).run(lazy, verdicts);
    assertEquals(1, verdicts.failed(), this::lines);
  }

  @Test
  void whatLearnsNothingButNoNumbersFailsHoweverOftenItDoesSo() {
    Backend broken = Tampering.with(cpu, "adam", (args, result) -> {
      for (Object p : (List<?>) args[args.length - 3]) { // behind it are moments
        cpu.elementwise().fill(Double.NaN, (Tensor) p);
      }
      return result;
    });
    Backend repeating = Tampering.withOwn(broken, "record", args -> {
      ((Runnable) args[0]).run();
      return recording((Runnable) args[0]);
    });
    new CaptureCheck(TINY, 2).run(repeating, verdicts);
    new DeterminismCheck(TINY, 2).run(broken, verdicts);
    assertEquals(2, verdicts.failed(), this::lines);
  }

  @Test
  void whatIsNotRepeatedIsNotChecked() {
    assertThrows(IllegalArgumentException.class, () -> new CaptureCheck(TINY, 1));
    assertThrows(IllegalArgumentException.class, () -> new DeterminismCheck(TINY, 0));
    assertEquals(1, GpuCheck.run("--device", "cpu", "--repeats", "0", "determinism"));
  }

  private static Recording recording(Runnable replayed) {
    return new Recording() {
      @Override
      public void replay(int part) {
        replay();
      }

      @Override
      public void replay() {
        replayed.run();
      }

      @Override
      public void verify() {}

      @Override
      public void close() {}
    };
  }

  private void parity(Backend device) {
    new ParityCheck(UNetOperations.of(StepShape.of(TINY), cpu), cpu, Backends.reference())
        .run(device, verdicts);
  }

  private String lines() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
