package brume.cuda.driver;

import brume.tensor.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Arguments of one launch, packed one after the other at their natural alignment, as PTX lays out a
 * kernel's parameters. Mutable: values are added in the order of the parameters.
 */
public final class Arguments {

  /** Most bytes a kernel takes: CUDA's limit for PTX before version 8.1. */
  static final int CAPACITY = 4096;

  private ByteBuffer bytes = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
  private int[] starts = new int[16];
  private int count;

  /** Starts an empty list. */
  public Arguments() {}

  /**
   * Adds addresses of the device, or any 64-bit integers.
   *
   * @param values one for each parameter
   * @return this
   */
  public Arguments i64(long... values) {
    for (long value : values) {
      start(Long.BYTES, Long.BYTES).putLong(value);
    }
    return this;
  }

  /**
   * Adds 32-bit integers.
   *
   * @param values one for each parameter
   * @return this
   */
  public Arguments i32(int... values) {
    for (int value : values) {
      start(Integer.BYTES, Integer.BYTES).putInt(value);
    }
    return this;
  }

  /**
   * Adds floating-point numbers.
   *
   * @param values one for each parameter
   * @return this
   */
  public Arguments f32(float... values) {
    for (float value : values) {
      start(Float.BYTES, Float.BYTES).putFloat(value);
    }
    return this;
  }

  /**
   * Adds one structure of 32-bit integers, passed by value.
   *
   * @param fields its fields, in order
   * @return this
   */
  public Arguments struct(int... fields) {
    ByteBuffer to = start(Integer.BYTES, Integer.BYTES * fields.length);
    for (int field : fields) {
      to.putInt(field);
    }
    return this;
  }

  /**
   * How many arguments there are; a structure is one.
   *
   * @return at least 0
   */
  public int count() {
    return count;
  }

  /**
   * Where an argument begins in {@link #bytes}.
   *
   * @param i its place in the list, from 0
   * @return in bytes
   */
  public int start(int i) {
    return starts[i];
  }

  /**
   * The packed arguments.
   *
   * @return a view in native order, from the first byte to the last
   */
  public ByteBuffer bytes() {
    return bytes.duplicate().flip().order(ByteOrder.nativeOrder());
  }

  /** Makes room for one argument and notes where it begins. */
  private ByteBuffer start(int alignment, int size) {
    int at = (bytes.position() + alignment - 1) / alignment * alignment;
    if (at + size > CAPACITY) {
      throw new IllegalArgumentException(
          Text.of("launch: expected at most %d bytes of arguments, got %d", CAPACITY, at + size));
    }
    if (at + size > bytes.capacity()) {
      int room = Math.max(at + size, 2 * bytes.capacity());
      bytes = ByteBuffer.allocate(room).order(ByteOrder.nativeOrder()).put(bytes.flip());
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
    }
    starts[count++] = at;
    return bytes.position(at);
  }
}
