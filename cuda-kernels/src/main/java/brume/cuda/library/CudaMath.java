package brume.cuda.library;

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

  /** System property that chooses, by name. */
  public static final String PROPERTY = "brume.cuda.math";

  /**
   * What the user asked for.
   *
   * @return {@link #EXACT} if nothing
   * @throws IllegalArgumentException if the property names none
   */
  public static CudaMath asked() {
    return Choice.asked(PROPERTY, EXACT);
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
