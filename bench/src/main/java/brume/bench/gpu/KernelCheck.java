package brume.bench.gpu;

import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.KernelDifference;
import brume.tensor.kernel.KernelTracer;
import java.util.List;
import java.util.ServiceLoader;

/** Whether every kernel writes on a GPU what the emulator says it writes; most should to the last bit. */
record KernelCheck() implements Check {

  private static final double MOST = 1e-5; // of the largest number of a buffer, as in the tests

  @Override
  public void run(Backend device, Verdicts verdicts) {
    KernelTracer tracer = ServiceLoader.load(KernelTracer.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "kernels: expected an emulator to compare with; put cuda-kernels on the class path"));
    List<KernelDifference> all = tracer.compare(device.name());
    long same = all.stream().filter(kernel -> kernel.differing() == 0).count();
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
    verdicts.judge(
        !all.isEmpty(), "kernels", Text.of("%d of %d write the emulator's bits", same, all.size()));
  }
}
