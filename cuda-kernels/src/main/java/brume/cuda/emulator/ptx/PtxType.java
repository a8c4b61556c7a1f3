package brume.cuda.emulator.ptx;

import java.util.Locale;
import java.util.Optional;

/** The type an instruction works on, or a register or variable was declared with. */
public enum PtxType {
  /** One bit: a predicate. */
  PRED(0),
  /** Eight bits without meaning. */
  B8(1),
  /** Eight bits, unsigned. */
  U8(1),
  /** Eight bits, signed. */
  S8(1),
  /** Sixteen bits without meaning. */
  B16(2),
  /** Sixteen bits, unsigned. */
  U16(2),
  /** Sixteen bits, signed. */
  S16(2),
  /** Thirty-two bits without meaning. */
  B32(4),
  /** Thirty-two bits, unsigned. */
  U32(4),
  /** Thirty-two bits, signed. */
  S32(4),
  /** Single precision. */
  F32(4),
  /** Sixty-four bits without meaning. */
  B64(8),
  /** Sixty-four bits, unsigned. */
  U64(8),
  /** Sixty-four bits, signed. */
  S64(8),
  /** Double precision. */
  F64(8);

  private final int bytes;

  PtxType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * The type of a suffix.
   *
   * @param suffix without its dot, {@code f32} for example
   * @return empty if it names no type known here
   */
  public static Optional<PtxType> named(String suffix) {
    for (PtxType type : values()) {
      if (type.suffix().equals(suffix)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /**
   * How PTX writes it.
   *
   * @return without a dot, {@code f32} for example
   */
  public String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Its size in memory.
   *
   * @return in bytes; 0 for predicates, which have none
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether it is a signed integer.
   *
   * @return true for S8 to S64
   */
  public boolean signed() {
    return name().charAt(0) == 'S';
  }

  /**
   * Whether it is a floating-point number.
   *
   * @return true for F32 and F64
   */
  public boolean floating() {
    return name().charAt(0) == 'F';
  }
}
