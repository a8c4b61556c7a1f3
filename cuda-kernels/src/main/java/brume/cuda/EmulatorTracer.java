package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.library.CudaLevel;
import brume.cuda.library.CudaMath;
import brume.cuda.library.JCudaStack;
import brume.tensor.Text;
import brume.tensor.kernel.KernelDifference;
import brume.tensor.kernel.KernelTracer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows the CUDA backend's kernels at work on the emulator. */
public final class EmulatorTracer implements KernelTracer {

  private static final long MEMORY = 64L << 20; // bytes; the examples take far less

  /** Called by {@link java.util.ServiceLoader}. */
  public EmulatorTracer() {}

  @Override
  public List<String> kernels() {
    EmulatedDriver driver = EmulatedDriver.open(MEMORY);
    CudaBackend backend = backend(driver);
    KernelExamples.all().forEach(example -> KernelExamples.run(example, backend));
    return driver.launched();
  }

  @Override
  public void trace(String kernel, long block, int thread, Consumer<String> line) {
    EmulatedDriver driver = EmulatedDriver.open(MEMORY);
    driver.trace(kernel, block, thread, line);
    CudaBackend backend = backend(driver);
    List<String> launched = new ArrayList<>();
    for (Consumer<KernelExamples> example : KernelExamples.all()) {
      KernelExamples.run(example, backend);
      launched = driver.launched();
      if (launched.contains(kernel)) {
        return;
      }
    }
    throw new IllegalArgumentException(
        Text.of("kernel: expected one of %s, got %s", String.join(", ", launched), kernel));
  }

  @Override
  public void save(Path file) throws IOException {
    List<KernelDifference> all;
    try (SavedBits.Saving saving = new SavedBits.Saving(file);
        Driver other = opened("emulator")) {
      all = compare(other, saving);
    }
    for (KernelDifference kernel : all) {
      if (kernel.differing() > 0) {
        throw new IllegalStateException(Text.of(
            "%s: expected the same bits from two emulators, got %d of %d others",
            kernel.kernel(), kernel.differing(), kernel.numbers()));
      }
    }
  }

  @Override
  public List<KernelDifference> compare(String device) {
    try (Driver other = opened(device)) {
      return compare(other, Expected.COMPUTED);
    }
  }

  @Override
  public List<KernelDifference> compare(String device, Path saved) throws IOException {
    try (Driver other = opened(device);
        SavedBits.Saved bits = new SavedBits.Saved(saved)) {
      return compare(other, bits);
    }
  }

  /** The same with a device that is open. */
  static List<KernelDifference> compare(Driver other, Expected expected) {
    TwinDriver twin = new TwinDriver(EmulatedDriver.open(MEMORY), other, expected);
    CudaBackend backend = backend(twin);
    KernelExamples.all().forEach(example -> KernelExamples.run(example, backend));
    return twin.differences();
  }

  private static Driver opened(String device) {
    if (device.equals("emulator")) {
      return EmulatedDriver.open(MEMORY);
    }
    if (!device.matches("cuda(:\\d{1,3})?")) {
      throw new IllegalArgumentException(
          Text.of("device: expected cuda, cuda:1 or emulator, got %s", device));
    }
    int ordinal = device.equals("cuda") ? 0 : Integer.parseInt(device.substring(5));
    return JCudaStack.open(ordinal, CudaLevel.DRIVER, CudaMath.EXACT, false).driver();
  }

  private static CudaBackend backend(Driver driver) {
    return new CudaBackend("emulator", driver, Optional.empty(), Optional.empty());
  }
}
