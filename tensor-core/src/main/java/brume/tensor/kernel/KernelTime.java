package brume.tensor.kernel;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What one kernel of a device took in some work.
 *
 * @param name of the kernel, or of the library and its algorithm
 * @param launches how often it was started
 * @param milliseconds all launches together, on the device; nothing if it has no time of its own
 * @param bytes of the buffers that each launch was given, each counted once: about what it moves
 * @param registers of a thread, if the device tells
 * @param localBytes of a thread beside its registers, which are slow, if the device tells
 */
public record KernelTime(
    String name,
    int launches,
    OptionalDouble milliseconds,
    long bytes,
    OptionalInt registers,
    OptionalInt localBytes) {

  /**
   * How fast it moved its buffers.
   *
   * @return in 10^9 bytes a second; nothing without a time
   */
  public OptionalDouble gigabytesPerSecond() {
    return milliseconds.isPresent() && milliseconds.getAsDouble() > 0
        ? OptionalDouble.of(bytes / milliseconds.getAsDouble() / 1e6)
        : OptionalDouble.empty();
  }
}
