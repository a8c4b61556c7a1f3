package brume.tensor;

import java.io.Serial;
import java.util.Locale;

/** Numbers of a format that a device does not hold, or that a kernel does not compute with. */
public final class DTypeException extends IllegalArgumentException {

  @Serial
  private static final long serialVersionUID = 1L;

  private DTypeException(String message) {
    super(message);
  }

  /**
   * Refuses to hold numbers.
   *
   * @param device that does not hold them
   * @param wanted their format
   * @return what to throw
   */
  public static DTypeException notHeld(Device device, DType wanted) {
    return new DTypeException(Text.of(
        "%s: expected numbers in %s, got %s; use that format or another device",
        device.name(), name(device.defaultDType()), name(wanted)));
  }

  /**
   * Refuses to compute with a tensor.
   *
   * @param t it is on the right device
   * @param expected format of the kernel
   * @return what to throw
   */
  public static DTypeException notComputed(Tensor t, DType expected) {
    return new DTypeException(Text.of(
        "tensor %s: expected numbers in %s, in which the kernel of %s computes, got %s; copy it with"
            + " Tensor.of(device, shape, numbers)",
        t.shape(), name(expected), t.device().name(), name(t.dtype())));
  }

  private static String name(DType dtype) {
    return dtype.name().toLowerCase(Locale.ROOT);
  }
}
