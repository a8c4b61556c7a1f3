package brume.tensor;

import java.io.Serial;

/** Tensors of one computation that are not on one device. */
public final class DeviceException extends IllegalArgumentException {

  @Serial
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param t a tensor that is not where it is needed
   * @param expected name of the device that computes
   */
  public DeviceException(Tensor t, String expected) {
    super(Text.of(
        "tensor %s: expected one on %s, where the computation is, got one on %s; copy it with"
            + " Tensor.of(device, shape, numbers)",
        t.shape(), expected, t.device().name()));
  }

  /**
   * Refuses a tensor that is not where another one is.
   *
   * @param t the tensor
   * @param other the other one
   * @throws DeviceException if their devices differ
   */
  public static void unlessTogether(Tensor t, Tensor other) {
    if (t.device() != other.device()) {
      throw new DeviceException(t, other.device().name());
    }
  }
}
