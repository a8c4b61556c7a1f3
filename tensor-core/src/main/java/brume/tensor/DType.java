package brume.tensor;

/** How a number is stored. */
public enum DType {
  /** Double precision, the format of the reference backend. */
  F64(8),
  /** Single precision, the format of the CPU and CUDA backends. */
  F32(4);

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
}
