package brume.bench.gpu;

import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.KernelDifference;
import brume.tensor.kernel.KernelTracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Whether every kernel writes on a GPU what the emulator says it writes; most should to the last bit.
 *
 * @param bits what the emulator wrote, as {@code brume ptx save} saves it; else it runs beside
 */
record KernelCheck(Optional<Path> bits) implements Check {

  private static final double MOST = 1e-5; // of the largest number of a buffer, as in the tests

  @Override
  public void run(Backend device, Verdicts verdicts) {
    List<KernelDifference> all = compared(device.name());
    for (KernelDifference kernel : all) {
      if (kernel.differing() > 0) {
        verdicts.judge(
            kernel.largestRelative() <= MOST,
            "kernel " + kernel.kernel(),
            Text.of(
                "%d of %d numbers differ from the emulator's, by at most %d ulp, %.1e of the largest",
                kernel.differing(),
                kernel.numbers(),
                kernel.largestUlps(),
                kernel.largestRelative()));
      }
    }
    List<KernelDifference> same =
        all.stream().filter(kernel -> kernel.differing() == 0).toList();
    verdicts.note(
        "0 ulp: " + same.stream().map(KernelDifference::kernel).collect(Collectors.joining(", ")));
    verdicts.judge(
        !all.isEmpty(),
        "kernels",
        Text.of(
            "%d of %d write the emulator's bits%s",
            same.size(), all.size(), bits.isPresent() ? ", which were saved" : ""));
  }

  private List<KernelDifference> compared(String device) {
    KernelTracer tracer = ServiceLoader.load(KernelTracer.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "kernels: expected an emulator to compare with; put cuda-kernels on the class path"));
    try {
      return bits.isPresent() ? tracer.compare(device, bits.get()) : tracer.compare(device);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
