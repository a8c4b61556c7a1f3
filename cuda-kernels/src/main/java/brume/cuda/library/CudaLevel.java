package brume.cuda.library;

import java.util.Locale;

/** How much of NVIDIA's software is used; every level includes those before. */
public enum CudaLevel {
  /** Only the driver: every kernel is our own. */
  DRIVER,
  /** Matrix products by cuBLAS. */
  CUBLAS,
  /** Convolutions by cuDNN. */
  CUDNN;

  /** System property that chooses, by the name of a level. */
  public static final String PROPERTY = "brume.cuda.level";

  /**
   * What the user asked for.
   *
   * @param otherwise the level if nothing was asked for
   * @return the most that may be used
   * @throws IllegalArgumentException if the property names no level
   */
  public static CudaLevel asked(CudaLevel otherwise) {
    return Choice.asked(PROPERTY, otherwise);
  }

  /**
   * Whether a level is part of this one.
   *
   * @param level another level
   * @return true for itself and those before
   */
  public boolean includes(CudaLevel level) {
    return compareTo(level) >= 0;
  }

  /** The name users know it by. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
