package brume.cuda.library;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much of NVIDIA's software is used; each level has those before it. */
public enum CudaLevel {
  /** The driver alone: every kernel is our own. */
  DRIVER,
  /** cuBLAS takes the matrix products. */
  CUBLAS,
  /** cuDNN takes the convolutions. */
  CUDNN;

  /**
   * How users write it.
   *
   * @return a lower-case word
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The level of a word.
   *
   * @param label as in {@code --cuda-level}
   * @return the level
   * @throws IllegalArgumentException if there is none of that name
   */
  public static CudaLevel labeled(String label) {
    return Arrays.stream(values())
        .filter(level -> level.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("cuda-level: expected one of %s, got %s"
            .formatted(
                Arrays.stream(values()).map(CudaLevel::label).collect(Collectors.joining(", ")),
                label)));
  }
}
