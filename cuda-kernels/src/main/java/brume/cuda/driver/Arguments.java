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
  private long constants;

  /** Starts an empty list. */
  public Arguments() {}

  /**
   * Adds addresses of the device, or other 64-bit integers that may differ when the same work is done again.
   *
   * @param values one for each parameter
   * @return this
   */
  public Arguments varying(long... values) {
    for (long value : values) {
      start(Long.BYTES, Long.BYTES).putLong(value);
    }
    return this;
  }

  /**
   * Adds 64-bit integers.
   *
   * @param values one for each parameter
   * @return this
   */
  public Arguments i64(long... values) {
    for (long value : values) {
      constant(value);
    }
    return varying(values);
  }

  /**
   * Adds 32-bit integers.
   *
   * @param values one for each parameter
   * @return this
   */
  public Arguments i32(int... values) {
    for (int value : values) {
      constant(value);
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
      constant(Float.floatToRawIntBits(value));
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
    for (int field : fields) {
      constant(field);
    }
    return varying(fields);
  }

  /**
   * Adds one structure of 32-bit integers that may differ when the same work is done again, because halves
   * of addresses are among them.
   *
   * @param fields its fields, in order
   * @return this
   */
  public Arguments varying(int[] fields) {
    ByteBuffer to = start(Integer.BYTES, Integer.BYTES * fields.length);
    for (int field : fields) {
      to.putInt(field);
    }
    return this;
  }

  /**
   * Tells whether the same work was asked for, wherever its buffers lie.
   *
   * @return a hash of all values but the {@link #varying} ones
   */
  public long constants() {
    return constants;
  }

  private void constant(long value) {
    constants = 31 * constants + value;
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
