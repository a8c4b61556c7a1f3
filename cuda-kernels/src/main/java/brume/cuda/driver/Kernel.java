package brume.cuda.driver;

import java.util.OptionalInt;

/** One entry point of a loaded module. */
public interface Kernel {

  /**
   * Its name in the PTX.
   *
   * @return for example {@code group_norm}
   */
  String name();

  /**
   * Registers of a thread.
   *
   * @return how many, if the device tells
   */
  default OptionalInt registers() {
    return OptionalInt.empty();
  }

  /**
   * Memory of a thread beside its registers, which is slow.
   *
   * @return in bytes, if the device tells
   */
  default OptionalInt localBytes() {
    return OptionalInt.empty();
  }
}
