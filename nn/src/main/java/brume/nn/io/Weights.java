package brume.nn.io;

import brume.nn.NamedParameter;
import brume.tensor.DType;
import brume.tensor.Halves;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named numbers to and from safetensors files: the parameters of a network, the state of an
 * optimizer, an average. Files hold PyTorch's names and layouts, so that either side reads what the
 * other wrote; numbers come back bit for bit on the device that wrote them.
 */
public final class Weights {

  private Weights() {}

  /**
   * Writes a file, or replaces it at one stroke.
   *
   * @param file where to
   * @param parameters what to write
   * @throws IOException if it cannot be written; the file is then as it was before
   */
  public static void save(Path file, List<NamedParameter> parameters) throws IOException {
    save(file, parameters, Map.of());
  }

  /**
   * Writes a file with texts beside the numbers, or replaces it at one stroke.
   *
   * @param file where to
   * @param parameters what to write
   * @param metadata texts by key
   * @throws IOException if it cannot be written; the file is then as it was before
   */
  public static void save(Path file, List<NamedParameter> parameters, Map<String, String> metadata)
      throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    metadata.forEach(writer::metadata);
    for (NamedParameter parameter : parameters) {
      Tensor value = parameter.variable().value();
      Shape shape = value.shape();
      int[] stored = parameter.layout().storedShape(shape),
          order = parameter.layout().order(shape);
      if (value.dtype().isHalf()) {
        short[] bits = new short[order.length];
        Halves.round(value.dtype(), inFileOrder(value.toFloats(), order), 0, bits, 0, bits.length);
        writer.add(parameter.path(), stored, value.dtype(), bits);
      } else if (value.dtype() == DType.F64) {
        writer.add(parameter.path(), stored, inFileOrder(value.toDoubles(), order));
      } else {
        writer.add(parameter.path(), stored, inFileOrder(value.toFloats(), order));
      }
    }
    writer.write(file);
  }

  /**
   * Reads a file into parameters.
   *
   * @param file where from
   * @param parameters what to overwrite: exactly the names of the file
   * @throws IOException if the file cannot be read, or if names are missing, unknown or of another
   *     shape; it lists all of them, and no parameter has changed then
   */
  public static void load(Path file, List<NamedParameter> parameters) throws IOException {
    load(file, "", parameters);
  }

  /**
   * Reads those tensors of a file into parameters whose names begin with a prefix.
   *
   * @param file where from
   * @param prefix what stands before every name in the file
   * @param parameters what to overwrite: exactly the names behind the prefix
   * @throws IOException if the file cannot be read, or if names are missing, unknown or of another
   *     shape; it lists all of them, and no parameter has changed then
   */
  public static void load(Path file, String prefix, List<NamedParameter> parameters)
      throws IOException {
    SafeTensors tensors = SafeTensors.read(file);
    requireSameNames(file, tensors, prefix, parameters);
    for (NamedParameter parameter : parameters) {
      StoredNumbers.read(tensors, prefix + parameter.path(), parameter);
    }
  }

  private static double[] inFileOrder(double[] values, int[] order) {
    double[] stored = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      stored[i] = values[order[i]];
    }
    return stored;
  }

  private static float[] inFileOrder(float[] values, int[] order) {
    float[] stored = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      stored[i] = values[order[i]];
    }
    return stored;
  }

  private static void requireSameNames(
      Path file, SafeTensors tensors, String prefix, List<NamedParameter> parameters)
      throws IOException {
    Map<String, Shape> unknown = new LinkedHashMap<>();
    for (String name : tensors.names()) {
      if (name.startsWith(prefix)) {
        unknown.put(name.substring(prefix.length()), Shape.of(tensors.shape(name)));
      }
    }
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    for (NamedParameter parameter : parameters) {
      Shape got = unknown.remove(parameter.path());
      Shape expected =
          Shape.of(parameter.layout().storedShape(parameter.variable().shape()));
      if (got == null) {
        missing.add(parameter.path());
      } else if (!got.equals(expected)) {
        misshapen.add(Text.of("%s: expected %s, got %s", parameter.path(), expected, got));
      }
    }
    List<String> faults = new ArrayList<>();
    addFault(faults, "missing", missing);
    addFault(faults, "of another shape", misshapen);
    addFault(faults, "unknown", new ArrayList<>(unknown.keySet()));
    if (!faults.isEmpty()) {
      throw new IOException(Text.of(
          "%s: expected exactly the %d parameters of the network, got %s",
          file, parameters.size(), String.join("; ", faults)));
    }
  }

  private static void addFault(List<String> faults, String what, List<String> names) {
    if (!names.isEmpty()) {
      faults.add(Text.of("%d %s (%s)", names.size(), what, String.join(", ", names)));
    }
  }
}
