package brume.tensor;

/**
 * Numbers in a Java array: {@code double[]} on the reference backend, {@code float[]} on the CPU, and
 * {@code short[]} for weights of half width on either. Kernels of those two backends reach the array by {@link #floats} and {@link #doubles}, and what they
 * write by {@link #writableFloats} and {@link #writableDoubles}.
 */
public abstract sealed class HeapStorage implements Storage
    permits HeapStorage.OfFloats, HeapStorage.OfDoubles, HeapStorage.OfHalves {

  private final int length;

  private HeapStorage(int length) {
    this.length = length;
  }

  @Override
  public final int length() {
    return length;
  }

  /**
   * The array behind a tensor of the CPU backend, to be read. It may be longer than the tensor.
   *
   * @param t a tensor that has not been freed
   * @return its array, element 0 first
   * @throws DeviceException if its numbers are not in an array
   * @throws DTypeException if they have another format
   */
  public static float[] floats(Tensor t) {
    return floats(t, t.storage());
  }

  /**
   * The array behind a tensor of the CPU backend, to be written. It may be longer than the tensor.
   *
   * @param t a tensor that has not been freed; counts the change
   * @return its array, element 0 first
   * @throws DeviceException if its numbers are not in an array
   * @throws DTypeException if they have another format
   */
  public static float[] writableFloats(Tensor t) {
    return floats(t, t.writableStorage());
  }

  private static float[] floats(Tensor t, Storage storage) {
    if (storage instanceof OfFloats floats) {
      return floats.array();
    }
    throw refusal(t, "cpu", DType.F32);
  }

  /**
   * The array behind a tensor of the reference backend, to be read. It may be longer than the tensor.
   *
   * @param t a tensor that has not been freed
   * @return its array, element 0 first
   * @throws DeviceException if its numbers are not in an array
   * @throws DTypeException if they have another format
   */
  public static double[] doubles(Tensor t) {
    return doubles(t, t.storage());
  }

  /**
   * The array behind a tensor of the reference backend, to be written. It may be longer than the tensor.
   *
   * @param t a tensor that has not been freed; counts the change
   * @return its array, element 0 first
   * @throws DeviceException if its numbers are not in an array
   * @throws DTypeException if they have another format
   */
  public static double[] writableDoubles(Tensor t) {
    return doubles(t, t.writableStorage());
  }

  private static double[] doubles(Tensor t, Storage storage) {
    if (storage instanceof OfDoubles doubles) {
      return doubles.array();
    }
    throw refusal(t, "reference", DType.F64);
  }

  /**
   * The array behind a tensor of numbers of half width, to be read.
   *
   * @param t a tensor that has not been freed
   * @return the bits of its numbers, element 0 first
   * @throws DTypeException if they have another width
   */
  public static short[] halves(Tensor t) {
    if (t.storage() instanceof OfHalves halves) {
      return halves.array();
    }
    throw DTypeException.notComputed(t, DType.F16);
  }

  /** What to say of a tensor that is no array of the wanted kind: that is so on its own device, too. */
  private static IllegalArgumentException refusal(Tensor t, String device, DType expected) {
    return t.device().name().equals(device)
        ? DTypeException.notComputed(t, expected)
        : new DeviceException(t, device);
  }

  /**
   * Where arrays come from and go back to; {@code null} arrays never occur.
   *
   * @param <A> type of the arrays
   */
  @FunctionalInterface
  public interface Recycler<A> {
    /**
     * Takes an array back.
     *
     * @param array no longer used by anyone
     * @param length number of elements the storage was asked for
     */
    void recycle(A array, int length);
  }

  /** Single precision. */
  public static final class OfFloats extends HeapStorage {
    private final Recycler<float[]> recycler;
    private float[] array;
    private boolean freed;

    /**
     * Wraps an array.
     *
     * @param array at least {@code length} elements
     * @param length number of elements
     * @param recycler gets the array when the storage is freed
     */
    public OfFloats(float[] array, int length, Recycler<float[]> recycler) {
      super(length);
      this.array = array;
      this.recycler = recycler;
    }

    private float[] array() {
      return array;
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public void write(float[] from, int offset, int at, int count) {
      System.arraycopy(from, offset, array, at, count);
    }

    @Override
    public void write(double[] from, int offset, int at, int count) {
      for (int i = 0; i < count; i++) {
        array[at + i] = (float) from[offset + i];
      }
    }

    @Override
    public void read(int at, float[] into, int offset, int count) {
      System.arraycopy(array, at, into, offset, count);
    }

    @Override
    public void read(int at, double[] into, int offset, int count) {
      for (int i = 0; i < count; i++) {
        into[offset + i] = array[at + i];
      }
    }

    @Override
    public void free() {
      if (!freed) {
        freed = true;
        float[] mine = array;
        array = NO_FLOATS;
        recycler.recycle(mine, length());
      }
    }
  }

  /** Double precision. */
  public static final class OfDoubles extends HeapStorage {
    private final Recycler<double[]> recycler;
    private double[] array;
    private boolean freed;

    /**
     * Wraps an array.
     *
     * @param array at least {@code length} elements
     * @param length number of elements
     * @param recycler gets the array when the storage is freed
     */
    public OfDoubles(double[] array, int length, Recycler<double[]> recycler) {
      super(length);
      this.array = array;
      this.recycler = recycler;
    }

    private double[] array() {
      return array;
    }

    @Override
    public DType dtype() {
      return DType.F64;
    }

    @Override
    public void write(float[] from, int offset, int at, int count) {
      for (int i = 0; i < count; i++) {
        array[at + i] = from[offset + i];
      }
    }

    @Override
    public void write(double[] from, int offset, int at, int count) {
      System.arraycopy(from, offset, array, at, count);
    }

    @Override
    public void read(int at, float[] into, int offset, int count) {
      for (int i = 0; i < count; i++) {
        into[offset + i] = (float) array[at + i];
      }
    }

    @Override
    public void read(int at, double[] into, int offset, int count) {
      System.arraycopy(array, at, into, offset, count);
    }

    @Override
    public void free() {
      if (!freed) {
        freed = true;
        double[] mine = array;
        array = NO_DOUBLES;
        recycler.recycle(mine, length());
      }
    }
  }

  /** Half width, in either of its formats. */
  public static final class OfHalves extends HeapStorage {
    private final DType dtype;
    private final Runnable freeing;
    private short[] array;
    private boolean freed;

    /**
     * Makes an array of zeros.
     *
     * @param length number of elements
     * @param dtype their format, of 16 bits
     * @param freeing runs when the storage is freed
     */
    public OfHalves(int length, DType dtype, Runnable freeing) {
      super(length);
      if (!dtype.isHalf()) {
        throw new IllegalArgumentException("expected a format of 16 bits, got " + dtype);
      }
      this.dtype = dtype;
      this.freeing = freeing;
      this.array = new short[length];
    }

    private short[] array() {
      return array;
    }

    @Override
    public DType dtype() {
      return dtype;
    }

    @Override
    public void write(float[] from, int offset, int at, int count) {
      Halves.round(dtype, from, offset, array, at, count);
    }

    /** Rounds to single precision first. {@inheritDoc} */
    @Override
    public void write(double[] from, int offset, int at, int count) {
      for (int i = 0; i < count; i++) {
        array[at + i] = Halves.round(dtype, (float) from[offset + i]);
      }
    }

    /**
     * Copies numbers in as they are.
     *
     * @param from bits in the format of the storage
     * @param offset first element of the source
     * @param at first element written here
     * @param count number of elements
     */
    public void writeBits(short[] from, int offset, int at, int count) {
      System.arraycopy(from, offset, array, at, count);
    }

    @Override
    public void read(int at, float[] into, int offset, int count) {
      Halves.widen(dtype, array, at, into, offset, count);
    }

    @Override
    public void read(int at, double[] into, int offset, int count) {
      for (int i = 0; i < count; i++) {
        into[offset + i] = Halves.widen(dtype, array[at + i]);
      }
    }

    @Override
    public void free() {
      if (!freed) {
        freed = true;
        array = NO_HALVES;
        freeing.run();
      }
    }
  }

  // A freed storage keeps an empty array, so that a stray kernel fails at once.
  private static final float[] NO_FLOATS = {};
  private static final double[] NO_DOUBLES = {};
  private static final short[] NO_HALVES = {};
}
