package brume.nn.io;

import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.tensor.DType;
import brume.tensor.HeapStorage;
import brume.tensor.Shape;
import brume.tensor.Storage;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.StoredType;

/**
 * Reads tensors of a file straight to the place of a parameter: slice by slice, in the parameter's order
 * and format, so that no second copy of a tensor is ever in memory.
 */
public final class StoredNumbers {

  /** Numbers that are read in one go: long against a call, and in a second-level cache with a copy. */
  private static final int SOME = 1 << 15;

  private StoredNumbers() {}

  /**
   * Reads a tensor. Different parameters may be read by several threads at a time.
   *
   * @param file that has it
   * @param name of the tensor, of as many numbers as the parameter has
   * @param parameter is overwritten
   */
  public static void read(SafeTensors file, String name, NamedParameter parameter) {
    Tensor value = parameter.variable().value();
    StoredType type = file.entry(name).type();
    boolean narrow = type == StoredType.F32 || type.half().isPresent();
    if (value.dtype() == DType.F64 || !narrow || !parameter.layout().keepsFirstAxis()) {
      readWhole(file, name, parameter.layout(), value);
    } else if (value.shape().size() > 0) {
      readSlices(file, name, parameter.layout(), value);
    }
  }

  /**
   * Reads a part of a tensor that several parameters share. Different parameters may be read by several threads at a time.
   *
   * @param file that has it
   * @param name of the tensor
   * @param first of its numbers, row by row, that belongs to the parameter
   * @param parameter is overwritten
   */
  public static void readPart(SafeTensors file, String name, int first, NamedParameter parameter) {
    read(file.doubles(name), first, parameter.layout(), parameter.variable().value());
  }

  /** In double precision, which all types fit into. */
  private static void readWhole(SafeTensors file, String name, StoredLayout layout, Tensor value) {
    read(file.doubles(name), 0, layout, value);
  }

  private static void read(double[] stored, int first, StoredLayout layout, Tensor value) {
    int[] order = layout.order(value.shape());
    double[] values = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      values[order[i]] = stored[first + i];
    }
    value.copyFrom(values);
  }

  private static void readSlices(SafeTensors file, String name, StoredLayout layout, Tensor value) {
    Shape shape = value.shape();
    Storage storage = value.writableStorage();
    boolean asItIs =
        file.entry(name).type().half().filter(value.dtype()::equals).isPresent();
    Slices slices = asItIs && storage instanceof HeapStorage.OfHalves halves
        ? new OfBits(file, name, halves)
        : new OfFloats(file, name, storage);
    if (layout == StoredLayout.SAME) {
      for (int first = 0; first < shape.size(); first += SOME) {
        slices.copy(first, Math.min(SOME, shape.size() - first));
      }
    } else {
      int[] order = layout.order(shape.with(0, 1));
      for (int first = 0; first < shape.size(); first += order.length) {
        slices.copy(first, order);
      }
    }
  }

  /** Copies some numbers of a tensor to the same place of a parameter. */
  private interface Slices {
    void copy(int first, int count);

    /** Number i goes to place {@code order[i]} behind the first. */
    void copy(int first, int[] order);
  }

  private static final class OfFloats implements Slices {
    private final SafeTensors file;
    private final String name;
    private final Storage into;
    private float[] stored = {};
    private float[] ordered = {};

    OfFloats(SafeTensors file, String name, Storage into) {
      this.file = file;
      this.name = name;
      this.into = into;
    }

    @Override
    public void copy(int first, int count) {
      into.write(read(first, count), 0, first, count);
    }

    @Override
    public void copy(int first, int[] order) {
      float[] slice = read(first, order.length);
      if (ordered.length < order.length) {
        ordered = new float[order.length];
      }
      for (int i = 0; i < order.length; i++) {
        ordered[order[i]] = slice[i];
      }
      into.write(ordered, 0, first, order.length);
    }

    private float[] read(int first, int count) {
      if (stored.length < count) {
        stored = new float[count];
      }
      file.read(name, first, stored, 0, count);
      return stored;
    }
  }

  private static final class OfBits implements Slices {
    private final SafeTensors file;
    private final String name;
    private final HeapStorage.OfHalves into;
    private short[] stored = {};
    private short[] ordered = {};

    OfBits(SafeTensors file, String name, HeapStorage.OfHalves into) {
      this.file = file;
      this.name = name;
      this.into = into;
    }

    @Override
    public void copy(int first, int count) {
      into.writeBits(read(first, count), 0, first, count);
    }

    @Override
    public void copy(int first, int[] order) {
      short[] slice = read(first, order.length);
      if (ordered.length < order.length) {
        ordered = new short[order.length];
      }
      for (int i = 0; i < order.length; i++) {
        ordered[order[i]] = slice[i];
      }
      into.writeBits(ordered, 0, first, order.length);
    }

    private short[] read(int first, int count) {
      if (stored.length < count) {
        stored = new short[count];
      }
      file.readBits(name, first, stored, 0, count);
      return stored;
    }
  }
}
