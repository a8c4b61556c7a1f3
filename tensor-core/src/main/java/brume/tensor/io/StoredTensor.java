package brume.tensor.io;

import java.util.Arrays;

/** What the header of a safetensors file says about one tensor. */
public final class StoredTensor {

  private final String name;
  private final StoredType type;
  private final int[] shape;
  private final int size;
  private final long begin; // bytes from the start of the data

  StoredTensor(String name, StoredType type, int[] shape, int size, long begin) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.size = size;
    this.begin = begin;
  }

  /**
   * The name it is stored under.
   *
   * @return such as {@code downs.0.0.block1.proj.weight}
   */
  public String name() {
    return name;
  }

  /**
   * How its numbers are stored.
   *
   * @return the type of every number
   */
  public StoredType type() {
    return type;
  }

  /**
   * Its sizes, outermost first.
   *
   * @return a fresh array, empty for a scalar
   */
  public int[] shape() {
    return shape.clone();
  }

  /**
   * The product of its sizes.
   *
   * @return how many numbers it holds, 1 for a scalar
   */
  public int size() {
    return size;
  }

  /** Where its bytes begin, counted from the start of the data. */
  long begin() {
    return begin;
  }

  /** Where its bytes end, counted from the start of the data. */
  long end() {
    return begin + (long) size * type.bytes();
  }

  /** Such as {@code F32 conv.weight (64, 3, 3, 3)}. */
  @Override
  public String toString() {
    String sizes = Arrays.toString(shape);
    return type + " " + name + " (" + sizes.substring(1, sizes.length() - 1) + ")";
  }
}
