package brume.tensor.io;

import java.nio.ByteBuffer;

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
      return half(bytes.getShort(at));
    }
  },
  /** The upper half of single precision. */
  BF16(2, false) {
    @Override
    double toDouble(ByteBuffer bytes, int at) {
      return Float.intBitsToFloat(bytes.getShort(at) << 16);
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

  /** The number at a position, rounded if it is an integer beyond 2⁵³. */
  double toDouble(ByteBuffer bytes, int at) {
    return toLong(bytes, at);
  }

  /** The integer at a position; only integer types have one. */
  long toLong(ByteBuffer bytes, int at) {
    throw new IllegalStateException(this + " is no integer type");
  }

  /** The value of the half precision number with these bits. */
  private static double half(short bits) {
    int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
    double magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24; // subnormal
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb(1024.0 + fraction, exponent - 25);
        };
    return bits < 0 ? -magnitude : magnitude;
  }
}
