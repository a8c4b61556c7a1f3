package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Kernel;
import brume.tensor.kernel.KernelTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What each kernel takes, while somebody wants to know: every launch is measured for itself, and waited
 * for. Mutable; safe for use by many threads, of which one may measure.
 */
final class LaunchProfile {

  private final Driver driver;
  private final Map<String, Row> rows = new TreeMap<>();
  private volatile boolean measuring;

  LaunchProfile(Driver driver) {
    this.driver = driver;
  }

  /** What is known of one kernel. Mutable. */
  private static final class Row {
    private int launches;
    private double milliseconds;
    private boolean timed = true;
    private long bytes;
    private OptionalInt registers = OptionalInt.empty();
    private OptionalInt localBytes = OptionalInt.empty();

    private KernelTime told(String name) {
      OptionalDouble time = timed ? OptionalDouble.of(milliseconds) : OptionalDouble.empty();
      return new KernelTime(name, launches, time, bytes, registers, localBytes);
    }
  }

  /** Measures what some work launches; the slowest kernel comes first. */
  List<KernelTime> of(Runnable work) {
    synchronized (rows) {
      rows.clear();
    }
    measuring = true;
    try {
      work.run();
    } finally {
      measuring = false;
    }
    synchronized (rows) {
      return rows.entrySet().stream()
          .map(row -> row.getValue().told(row.getKey()))
          .sorted(Comparator.comparingDouble(
                  (KernelTime time) -> -time.milliseconds().orElse(0))
              .thenComparing(time -> -time.bytes()))
          .toList();
    }
  }

  boolean isMeasuring() {
    return measuring;
  }

  /**
   * Does work of the device, and measures it if somebody wants to know.
   *
   * @param name of the kernel
   * @param bytes of its buffers
   * @param work launches it once
   */
  void launch(String name, long bytes, Runnable work) {
    if (!measuring) {
      work.run();
      return;
    }
    OptionalDouble taken = driver.milliseconds(work);
    if (taken.isEmpty()) {
      work.run();
    }
    synchronized (rows) {
      Row row = rows.computeIfAbsent(name, any -> new Row());
      row.launches++;
      row.milliseconds += taken.orElse(0);
      row.timed &= taken.isPresent();
      row.bytes += bytes;
    }
  }

  /** The same for a kernel of our own, whose needs the device knows. */
  void launch(Kernel kernel, long bytes, Runnable work) {
    launch(kernel.name(), bytes, work);
    if (measuring) {
      synchronized (rows) {
        Row row = rows.computeIfAbsent(kernel.name(), any -> new Row());
        row.registers = kernel.registers();
        row.localBytes = kernel.localBytes();
      }
    }
  }
}
