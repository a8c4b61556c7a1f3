package brume.tensor.io;

import brume.tensor.DType;
import brume.tensor.Halves;
import java.nio.ByteBuffer;
import java.util.Optional;

/** How a safetensors file stores one number, little-endian throughout. */
public enum StoredType {
  /** IEEE 754 double precision. */
  F64(8, false) {
    @Override
    double toDouble(ByteBuffer bytes, int at) {
      return bytes.getDouble(at);
    }
  },
  /** IEEE 754 single precision. */
  F32(4, false) {
    @Override
    double toDouble(ByteBuffer bytes, int at) {
      return bytes.getFloat(at);
    }
  },
  /** IEEE 754 half precision. */
  F16(2, false) {
    @Override
    double toDouble(ByteBuffer bytes, int at) {
      return Halves.widen(DType.F16, bytes.getShort(at));
    }
  },
  /** The upper half of single precision. */
  BF16(2, false) {
    @Override
    double toDouble(ByteBuffer bytes, int at) {
      return Halves.widen(DType.BF16, bytes.getShort(at));
    }
  },
  /** Signed, 64 bits. */
  I64(8, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return bytes.getLong(at);
    }
  },
  /** Signed, 32 bits. */
  I32(4, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return bytes.getInt(at);
    }
  },
  /** Unsigned, 32 bits. */
  U32(4, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return Integer.toUnsignedLong(bytes.getInt(at));
    }
  },
  /** Signed, 16 bits. */
  I16(2, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return bytes.getShort(at);
    }
  },
  /** Unsigned, 16 bits. */
  U16(2, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return Short.toUnsignedLong(bytes.getShort(at));
    }
  },
  /** Signed, 8 bits. */
  I8(1, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return bytes.get(at);
    }
  },
  /** Unsigned, 8 bits. */
  U8(1, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return Byte.toUnsignedLong(bytes.get(at));
    }
  },
  /** One byte, false if it is 0; read as the integers 0 and 1. */
  BOOL(1, true) {
    @Override
    long toLong(ByteBuffer bytes, int at) {
      return bytes.get(at) == 0 ? 0 : 1;
    }
  };

  private final int bytes;
  private final boolean integer;

  StoredType(int bytes, boolean integer) {
    this.bytes = bytes;
    this.integer = integer;
  }

  /**
   * The size of one number.
   *
   * @return bytes, a power of two
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether the numbers are integers or booleans.
   *
   * @return whether they can be read as {@code long}
   */
  public boolean isInteger() {
    return integer;
  }

  /**
   * The format of a tensor that holds such numbers as they are, for those of half width.
   *
   * @return empty for all other types
   */
  public Optional<DType> half() {
    return this == F16
        ? Optional.of(DType.F16)
        : this == BF16 ? Optional.of(DType.BF16) : Optional.empty();
  }

  /** The number at a position, rounded if it is an integer beyond 2⁵³. */
  double toDouble(ByteBuffer bytes, int at) {
    return toLong(bytes, at);
  }

  /** The integer at a position; only integer types have one. */
  long toLong(ByteBuffer bytes, int at) {
    throw new IllegalStateException(this + " is no integer type");
  }
}
