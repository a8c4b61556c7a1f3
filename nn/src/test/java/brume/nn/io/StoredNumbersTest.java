package brume.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.tensor.DType;
import brume.tensor.Device;
import brume.tensor.Halves;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layout, from every width to every width. */
class StoredNumbersTest {

  @TempDir
  private Path folder;

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (StoredLayout layout : StoredLayout.values()) {
      for (DType stored : DType.values()) {
        cases.add(Arguments.of(layout, stored, Backends.reference(), DType.F64));
        for (DType kept : new DType[] {DType.F32, DType.F16, DType.BF16}) {
          cases.add(Arguments.of(layout, stored, Backends.cpu(), kept));
        }
      }
    }
    return cases;
  }

  private static Shape shape(StoredLayout layout) {
    return switch (layout) {
      case SAME -> Shape.of(300, 250); // more than is read in one go
      case TRANSPOSED -> Shape.of(5, 3);
      case FILTERS -> Shape.of(3, 2, 5, 4);
      case FILTERS_1D -> Shape.of(3, 1, 5, 4);
      case FILTERS_3D -> Shape.of(3, 2, 2, 3, 4);
      case CHANNELS, CHANNELS_1D -> Shape.of(7);
      case POSITIONS_BY_HEAD, CHANNELS_BY_HEAD -> Shape.of(2, 3, 4, 5);
    };
  }

  @ParameterizedTest(name = "{0} from {1} to {3}")
  @MethodSource("cases")
  void numbersComeToTheirPlace(StoredLayout layout, DType stored, Device device, DType kept)
      throws IOException {
    Shape shape = shape(layout);
    double[] inFile = new double[shape.size()], expected = new double[shape.size()];
    int[] order = layout.order(shape);
    for (int i = 0; i < inFile.length; i++) {
      inFile[i] = as(stored, i / 3.0 - 5);
      expected[order[i]] = as(kept, inFile[i]);
    }
    Path file = folder.resolve("w.safetensors");
    write(file, layout.storedShape(shape), stored, inFile);
    try (Scope scope = Scope.open()) {
      Tensor value = Tensor.empty(device, shape, kept);
      NamedParameter parameter = new NamedParameter("w", Variable.constant(value), layout);
      StoredNumbers.read(SafeTensors.read(file), "w", parameter);
      assertArrayEquals(expected, value.toDoubles());
    }
  }

  private static double as(DType format, double value) {
    return switch (format) {
      case F64 -> value;
      case F32 -> (float) value;
      case F16, BF16 -> Halves.widen(format, Halves.round(format, (float) value));
    };
  }

  private static void write(Path file, int[] shape, DType format, double[] values)
      throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    if (format == DType.F64) {
      writer.add("w", shape, values);
    } else {
      float[] floats = new float[values.length];
      short[] bits = new short[values.length];
      for (int i = 0; i < values.length; i++) {
        floats[i] = (float) values[i];
      }
      if (format == DType.F32) {
        writer.add("w", shape, floats);
      } else {
        Halves.round(format, floats, 0, bits, 0, bits.length);
        writer.add("w", shape, format, bits);
      }
    }
    writer.write(file);
  }
}
