package brume.diffusion.ranks;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** How numbers travel between ranks. */
public enum Wire {
  /** In single precision, as they are. */
  F32(Float.BYTES) {
    @Override
    void write(float[] values, int from, int count, ByteBuffer into, int at) {
      floats(into, at, count).put(values, from, count);
    }

    @Override
    void read(ByteBuffer from, int at, float[] into, int first, int count) {
      floats(from, at, count).get(into, first, count);
    }
  },

  /** Rounded to the upper half of single precision: half the bytes, about three digits. */
  BF16(Short.BYTES) {
    @Override
    void write(float[] values, int from, int count, ByteBuffer into, int at) {
      ShortBuffer halves = halves(into, at, count);
      for (int i = 0; i < count; i++) {
        halves.put(i, rounded(values[from + i]));
      }
    }

    @Override
    void read(ByteBuffer from, int at, float[] into, int first, int count) {
      ShortBuffer halves = halves(from, at, count);
      for (int i = 0; i < count; i++) {
        into[first + i] = Float.intBitsToFloat(halves.get(i) << 16);
      }
    }
  };

  private final int bytes;

  Wire(int bytes) {
    this.bytes = bytes;
  }

  /** Whether numbers arrive as they were sent. */
  boolean isExact() {
    return this == F32;
  }

  /** Size of one number. */
  int bytes() {
    return bytes;
  }

  /** Writes numbers from a place of a buffer on, counted in numbers. */
  abstract void write(float[] values, int from, int count, ByteBuffer into, int at);

  /** Reads numbers from a place of a buffer on, counted in numbers. */
  abstract void read(ByteBuffer from, int at, float[] into, int first, int count);

  private static FloatBuffer floats(ByteBuffer all, int at, int count) {
    return all.slice(at * Float.BYTES, count * Float.BYTES).order(all.order()).asFloatBuffer();
  }

  private static ShortBuffer halves(ByteBuffer all, int at, int count) {
    return all.slice(at * Short.BYTES, count * Short.BYTES).order(all.order()).asShortBuffer();
  }

  /** To the nearest, of two as near to the even one; what is no number stays none. */
  private static short rounded(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
