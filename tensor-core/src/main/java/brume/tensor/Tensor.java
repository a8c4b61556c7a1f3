package brume.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Numbers on a device with a shape: dense, row-major, channels last. A tensor has no arithmetic; it
 * is what the kernels of {@link brume.tensor.kernel} read and write, and a {@link Scope} owns it.
 *
 * <p>{@link #reshape} is the only view: it shares the numbers and is freed with the original.
 */
public final class Tensor {

  private final Shape shape;
  private final Device device;
  private Storage storage; // of the original, if this is a view
  private final @Nullable Tensor original; // of a view
  private @Nullable String freed; // where, once it is
  private boolean retained;
  private int version; // of the original; several threads may count, of which one suffices

  private Tensor(Shape shape, Device device, Storage storage, @Nullable Tensor original) {
    this.shape = shape;
    this.device = device;
    this.storage = storage;
    this.original = original;
  }

  /**
   * Room for a tensor in the default format of its device, with arbitrary numbers in it.
   *
   * @param device where
   * @param shape its sizes
   * @return a tensor owned by the innermost scope
   * @throws IllegalStateException if no scope is open
   */
  public static Tensor empty(Device device, Shape shape) {
    return empty(device, shape, device.defaultDType());
  }

  /**
   * Room for a tensor, with arbitrary numbers in it.
   *
   * @param device where
   * @param shape its sizes
   * @param dtype format of its numbers
   * @return a tensor owned by the innermost scope
   * @throws IllegalStateException if no scope is open
   * @throws DTypeException if the device does not hold such numbers
   */
  public static Tensor empty(Device device, Shape shape, DType dtype) {
    Tensor t = new Tensor(shape, device, device.allocate(shape.size(), dtype), null);
    Scope.own(t);
    return t;
  }

  /**
   * A tensor with the given numbers, in the default format of its device.
   *
   * @param device where
   * @param shape its sizes
   * @param values as many numbers as the shape has elements, last axis fastest
   * @return a tensor owned by the innermost scope
   * @throws ShapeException if the count differs
   */
  public static Tensor of(Device device, Shape shape, float... values) {
    requireCount(shape, values.length);
    Tensor t = empty(device, shape);
    t.storage.write(values, 0, 0, values.length);
    return t;
  }

  /**
   * A tensor with the given numbers, rounded to the default format of its device.
   *
   * @param device where
   * @param shape its sizes
   * @param values as many numbers as the shape has elements, last axis fastest
   * @return a tensor owned by the innermost scope
   * @throws ShapeException if the count differs
   */
  public static Tensor of(Device device, Shape shape, double[] values) {
    requireCount(shape, values.length);
    Tensor t = empty(device, shape);
    t.storage.write(values, 0, 0, values.length);
    return t;
  }

  /**
   * A tensor of numbers of the host that may be others when recorded work is repeated, such as encoded
   * times: a repetition asks for them anew. Where nothing is recorded, it is the same as {@link #of}.
   *
   * @param device where
   * @param shape its sizes
   * @param numbers as many as the shape has elements, last axis fastest; each time as many
   * @return a tensor owned by the innermost scope
   */
  public static Tensor renewed(Device device, Shape shape, Supplier<double[]> numbers) {
    Tensor t = empty(device, shape);
    t.storage.renew(() -> {
      double[] now = numbers.get();
      requireCount(shape, now.length);
      return now;
    });
    return t;
  }

  /**
   * Room for a tensor of this shape and format on this device, with arbitrary numbers in it.
   *
   * @return a tensor owned by the innermost scope
   */
  public Tensor like() {
    return empty(device, shape, dtype());
  }

  /**
   * Room for a tensor of another shape, in this format and on this device, with arbitrary numbers in it.
   *
   * @param other its sizes
   * @return a tensor owned by the innermost scope
   */
  public Tensor like(Shape other) {
    return empty(device, other, dtype());
  }

  /**
   * The same numbers seen with another shape.
   *
   * @param other as many elements as this shape
   * @return a view, freed together with this tensor
   * @throws ShapeException if the number of elements differs
   */
  public Tensor reshape(Shape other) {
    ShapeException.unless(
        other.size() == shape.size(),
        "reshape: expected %d elements as in %s, got %d in %s",
        shape.size(),
        shape,
        other.size(),
        other);
    return new Tensor(other, device, storage, owner());
  }

  /**
   * Sizes of the axes.
   *
   * @return the shape
   */
  public Shape shape() {
    return shape;
  }

  /**
   * Where the numbers are.
   *
   * @return the device
   */
  public Device device() {
    return device;
  }

  /**
   * Format of the numbers.
   *
   * @return the type of element
   */
  public DType dtype() {
    return storage.dtype(); // the same whenever there is room for them
  }

  /**
   * The numbers themselves, for kernels that read them.
   *
   * @return the storage, shared by all views
   * @throws IllegalStateException if the tensor was freed
   */
  public Storage storage() {
    String where = owner().freed;
    if (where != null) {
      throw new IllegalStateException(
          Text.of("tensor %s was freed %s; keep it with scope.keep(...)", shape, where));
    }
    return owner().storage;
  }

  /**
   * The numbers themselves, for kernels that write them; {@link #version} changes.
   *
   * @return the storage, shared by all views
   * @throws IllegalStateException if the tensor was freed
   */
  public Storage writableStorage() {
    Storage numbers = storage();
    owner().version++;
    return numbers;
  }

  /**
   * Tells whether the numbers may have been written meanwhile.
   *
   * @return another number after every write, by way of any view
   */
  public int version() {
    return owner().version;
  }

  /**
   * Whether two tensors share their numbers.
   *
   * @param other another tensor
   * @return true for a tensor and its views
   */
  public boolean sharesStorageWith(Tensor other) {
    return owner() == other.owner();
  }

  /**
   * Whether the numbers belong to another tensor.
   *
   * @return true for what {@link #reshape} returns
   */
  public boolean isView() {
    return original != null;
  }

  /**
   * Replaces all numbers.
   *
   * @param values one per element, last axis fastest
   * @throws ShapeException if the count differs
   */
  public void copyFrom(float... values) {
    requireCount(shape, values.length);
    writableStorage().write(values, 0, 0, values.length);
  }

  /**
   * Replaces all numbers, rounding them to the tensor's format.
   *
   * @param values one per element, last axis fastest
   * @throws ShapeException if the count differs
   */
  public void copyFrom(double[] values) {
    requireCount(shape, values.length);
    writableStorage().write(values, 0, 0, values.length);
  }

  /**
   * All numbers in single precision.
   *
   * @return a fresh array, last axis fastest
   */
  public float[] toFloats() {
    float[] values = new float[shape.size()];
    storage().read(0, values, 0, values.length);
    return values;
  }

  /**
   * All numbers in double precision.
   *
   * @return a fresh array, last axis fastest
   */
  public double[] toDoubles() {
    double[] values = new double[shape.size()];
    storage().read(0, values, 0, values.length);
    return values;
  }

  /**
   * The number of a tensor that has only one.
   *
   * @return its value
   * @throws ShapeException if there are more or none
   */
  public double item() {
    ShapeException.unless(
        shape.size() == 1, "item: expected a tensor of one element, got shape %s", shape);
    double[] value = new double[1];
    storage().read(0, value, 0, 1);
    return value[0];
  }

  /**
   * The number of a tensor that has only one, as it is now, without waiting for the device.
   *
   * @return its value, to be waited for when there is time; the tensor may be freed or written before
   * @throws ShapeException if there are more or none
   */
  public LateNumber lateItem() {
    ShapeException.unless(
        shape.size() == 1, "item: expected a tensor of one element, got shape %s", shape);
    return storage().readLate(0);
  }

  /**
   * Frees the numbers before the scope does, unless the tensor was kept by hand. For the backward
   * pass, which knows when a value has had its last reader.
   *
   * @param where completes the sentence "tensor was freed ..." shown to whoever touches it later
   */
  public void release(String where) {
    if (!owner().retained) {
      owner().free(where);
    }
  }

  /**
   * Makes room again for numbers that were {@linkplain #release released}, and has them written. The same
   * numbers are expected, so {@link #version} stays as it was.
   *
   * @param write writes all of them
   */
  public void restore(Consumer<Tensor> write) {
    Tensor owner = owner();
    if (owner.freed != null) {
      owner.storage = device.allocate(owner.storage.length(), owner.dtype());
      owner.freed = null;
    }
    int before = owner.version;
    write.accept(this);
    owner.version = before;
  }

  /**
   * Whether the numbers are gone.
   *
   * @return true once the owning scope closed, or they were released and not restored
   */
  public boolean isFreed() {
    return owner().freed != null;
  }

  /** Protects the tensor from {@link #release}. */
  void retain() {
    owner().retained = true;
  }

  void free(String where) {
    if (freed == null) {
      freed = where;
      storage.free();
    }
  }

  /** This tensor, or the one a view was made from. */
  Tensor owner() {
    return original == null ? this : original;
  }

  private static void requireCount(Shape shape, int count) {
    ShapeException.unless(
        count == shape.size(),
        "tensor: expected %d values for shape %s, got %d",
        shape.size(),
        shape,
        count);
  }

  /** Device, shape and the first numbers, to six digits; only the shape once it is freed. */
  @Override
  public String toString() {
    if (isFreed()) {
      return shape + " (freed)";
    }
    int shown = Math.min(shape.size(), 8);
    double[] first = new double[shown];
    storage().read(0, first, 0, shown);
    String values = Arrays.stream(first)
        .map(value -> Double.parseDouble(String.format(Locale.ROOT, "%.6g", value)))
        .mapToObj(Double::toString)
        .collect(Collectors.joining(", "));
    return device.name() + shape + " [" + values + (shape.size() > shown ? ", ...]" : "]");
  }
}
