package brume.cuda.library;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;

/**
 * A number in single precision outside of Java's heap, for libraries to read. JCuda passes arrays of
 * the heap in a way that holds up the garbage collector until the library's call returns. Mutable.
 */
final class Scalar {

  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder());
  private final Pointer pointer = Pointer.to(bytes);

  Scalar(float value) {
    of(value);
  }

  /** Where another number now stands; libraries read it before their call returns. */
  Pointer of(float value) {
    bytes.putFloat(0, value);
    return pointer;
  }

  /** Where it stands. */
  Pointer pointer() {
    return pointer;
  }
}
