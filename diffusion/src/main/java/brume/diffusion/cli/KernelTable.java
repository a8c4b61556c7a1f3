package brume.diffusion.cli;

import brume.tensor.Text;
import brume.tensor.kernel.KernelTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** What kernels took, as a table; a dash stands for what the device does not tell. */
final class KernelTable {

  private KernelTable() {}

  /** A heading, a line for each kernel, and their sum. */
  static List<String> of(List<KernelTime> kernels) {
    List<String> lines = new ArrayList<>();
    lines.add(line("kernel", "launches", "ms", "MB", "GB/s", "registers", "local bytes"));
    kernels.forEach(kernel -> lines.add(line(kernel)));
    int launches = kernels.stream().mapToInt(KernelTime::launches).sum();
    long bytes = kernels.stream().mapToLong(KernelTime::bytes).sum();
    OptionalDouble time =
        kernels.stream().anyMatch(kernel -> kernel.milliseconds().isEmpty())
            ? OptionalDouble.empty()
            : OptionalDouble.of(kernels.stream()
                .mapToDouble(kernel -> kernel.milliseconds().orElse(0))
                .sum());
    lines.add(line(
        new KernelTime("all", launches, time, bytes, OptionalInt.empty(), OptionalInt.empty())));
    return lines;
  }

  private static String line(KernelTime kernel) {
    return line(
        kernel.name(),
        String.valueOf(kernel.launches()),
        told("%.3f", kernel.milliseconds()),
        Text.of("%.1f", kernel.bytes() / 1e6),
        told("%.0f", kernel.gigabytesPerSecond()),
        told(kernel.registers()),
        told(kernel.localBytes()));
  }

  private static String line(String name, Object... columns) {
    return Text.of("%-44s", name) + Text.of("%9s%12s%12s%8s%11s%13s", columns);
  }

  private static String told(String format, OptionalDouble value) {
    return value.isPresent() ? Text.of(format, value.getAsDouble()) : "-";
  }

  private static String told(OptionalInt value) {
    return value.isPresent() ? String.valueOf(value.getAsInt()) : "-";
  }
}
