package brume.cuda.emulator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers of several bytes in arrays of bytes, little end first, as on a GPU. */
final class Bytes {

  static final VarHandle I16 = view(short[].class);
  static final VarHandle I32 = view(int[].class);
  static final VarHandle I64 = view(long[].class);

  private Bytes() {}

  private static VarHandle view(Class<?> arrayOf) {
    return MethodHandles.byteArrayViewVarHandle(arrayOf, ByteOrder.LITTLE_ENDIAN)
        .withInvokeExactBehavior();
  }

  /** The 1, 2, 4 or 8 bytes at a place, without sign. */
  static long get(byte[] bytes, int at, int width) {
    return switch (width) {
      case 1 -> bytes[at] & 0xffL;
      case 2 -> (short) I16.get(bytes, at) & 0xffffL;
      case 4 -> (int) I32.get(bytes, at) & 0xffffffffL;
      default -> (long) I64.get(bytes, at);
    };
  }

  /** Writes the lowest 1, 2, 4 or 8 bytes. */
  static void set(byte[] bytes, int at, int width, long value) {
    switch (width) {
      case 1 -> bytes[at] = (byte) value;
      case 2 -> I16.set(bytes, at, (short) value);
      case 4 -> I32.set(bytes, at, (int) value);
      default -> I64.set(bytes, at, value);
    }
  }
}
