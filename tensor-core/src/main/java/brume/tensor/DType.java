package brume.tensor;

/** How a number is stored. */
public enum DType {
  /** Double precision, the format of the reference backend. */
  F64(8),
  /** Single precision, the format of the CPU and CUDA backends. */
  F32(4),
  /** IEEE 754 half precision: weights of others, to be kept and widened where they are multiplied with. */
  F16(2),
  /** The upper half of single precision: the same, with fewer digits and a wider range. */
  BF16(2);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Size of one number.
   *
   * @return in bytes
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether numbers are of half the width of those that kernels compute with.
   *
   * @return true for the formats of 16 bits
   */
  public boolean isHalf() {
    return this == F16 || this == BF16;
  }
}
