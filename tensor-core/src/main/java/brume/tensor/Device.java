package brume.tensor;

import java.util.OptionalLong;

/** A place that holds numbers. What can be computed there is known to the backend behind it. */
public interface Device {

  /**
   * The name users choose it by, {@code cpu} for example.
   *
   * @return a short lower-case word
   */
  String name();

  /**
   * Format of the numbers of a tensor for which nobody asked another one.
   *
   * @return the type of element its kernels compute with
   */
  DType defaultDType();

  /**
   * Whether it holds numbers of a format.
   *
   * @param dtype the format
   * @return whether {@link #allocate} hands out room for them
   */
  default boolean holds(DType dtype) {
    return dtype == defaultDType();
  }

  /**
   * Hands out room for numbers, whose values are arbitrary until written.
   *
   * @param length number of elements
   * @param dtype format of each
   * @return storage that stays until it is {@linkplain Storage#free() freed}
   * @throws DTypeException if the device does not hold such numbers
   */
  Storage allocate(int length, DType dtype);

  /**
   * Room handed out and not yet freed.
   *
   * @return in bytes
   */
  long liveBytes();

  /**
   * Room ever taken from the system, for tensors and for scratch. In a steady state it does not grow,
   * because what was freed is handed out again.
   *
   * @return in bytes
   */
  default long reservedBytes() {
    return liveBytes();
  }

  /**
   * Memory of the device that nobody has taken, other programs included.
   *
   * @return in bytes; empty where the device does not tell
   */
  default OptionalLong freeBytes() {
    return OptionalLong.empty();
  }
}
