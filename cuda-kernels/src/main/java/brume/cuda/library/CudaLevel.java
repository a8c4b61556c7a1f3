package brume.cuda.library;

import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import java.util.Locale;

/** How much of NVIDIA's software is used; every level includes those before. */
public enum CudaLevel {
  /** Only the driver: every kernel is our own. */
  DRIVER,
  /** Matrix products by cuBLAS. */
  CUBLAS,
  /** Convolutions by cuDNN. */
  CUDNN;

  /** The option that chooses, by the name of a level. */
  public static final BackendOption OPTION = BackendOption.oneOf("cuda.level", values());

  /**
   * What the user asked for.
   *
   * @param options what was chosen
   * @param otherwise the level if nothing was asked for
   * @return the most that may be used
   * @throws IllegalArgumentException if no level has the name that was chosen
   */
  public static CudaLevel asked(BackendOptions options, CudaLevel otherwise) {
    return Choice.asked(OPTION, options, otherwise);
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
