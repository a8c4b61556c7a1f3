package brume.cuda.library;

import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import java.util.Locale;

/**
 * How exactly NVIDIA's libraries multiply numbers in single precision. Our own kernels know only {@link
 * #EXACT}.
 */
public enum CudaMath {
  /** As IEEE 754 asks. */
  EXACT,
  /**
   * Factors are rounded to TensorFloat-32, which has 10 bits behind the point instead of 23, then
   * multiplied and added in single precision: some 1e-3 of the largest result, on units that are many
   * times as fast.
   */
  TF32;

  /** The option that chooses, by name. */
  public static final BackendOption OPTION = BackendOption.oneOf("cuda.math", values());

  /**
   * What the user asked for.
   *
   * @param options what was chosen
   * @return {@link #EXACT} if nothing
   * @throws IllegalArgumentException if none has the name that was chosen
   */
  public static CudaMath asked(BackendOptions options) {
    return Choice.asked(OPTION, options, EXACT);
  }

  /**
   * Adds to a library's name how it multiplies.
   *
   * @param library its name and version
   * @return the same if exactly, otherwise for example {@code cuBLAS 12.6.3 in TF32}
   */
  public String told(String library) {
    return this == EXACT ? library : library + " in " + name();
  }

  /** The name users know it by. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
