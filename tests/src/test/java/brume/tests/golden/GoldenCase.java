package brume.tests.golden;

import brume.tensor.io.SafeTensors;
import brume.tensor.io.StoredTensor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file of reference numbers: what went in ({@code input.*}, {@code param.*}), the arguments
 * ({@link #attrs}), and what came out ({@code output.*}, {@code grad.*}). Arrays are in PyTorch's
 * order; {@link ChannelsLast} turns them into tensors.
 */
final class GoldenCase {

  // Python writes -Infinity, which is not JSON.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Path path;
  private final Map<String, String> metadata;
  private final JsonNode attrs;
  private final JsonNode f32Errors;
  private final SafeTensors tensors;

  private GoldenCase(Path path, SafeTensors tensors) throws IOException {
    this.path = path;
    this.tensors = tensors;
    this.metadata = tensors.metadata();
    this.attrs = json("attrs");
    this.f32Errors = json("f32_max_abs_err");
  }

  /** The case in a file, or nothing if the file says it is none, such as weights. */
  static Optional<GoldenCase> read(Path path) throws IOException {
    SafeTensors tensors = SafeTensors.read(path);
    boolean isCase = tensors.metadata().keySet().containsAll(List.of("case", "kind"));
    return isCase ? Optional.of(new GoldenCase(path, tensors)) : Optional.empty();
  }

  /** Where it lies, for cases that refer to files beside them. */
  Path path() {
    return path;
  }

  /** Its name, for people only. */
  String name() {
    return text("case");
  }

  /** What sort of case it is: {@code op}, {@code module}, {@code model}, {@code schedule}, ... */
  String kind() {
    return text("kind");
  }

  /** The operation of a case of kind {@code op}, otherwise empty. */
  String op() {
    return text("op");
  }

  /** Everything needed to repeat it. */
  JsonNode attrs() {
    return attrs;
  }

  /** What defines the results. */
  String reference() {
    return text("reference");
  }

  /** A remark, or empty. */
  String note() {
    return text("note");
  }

  /** Largest error of the reference itself in single precision, 0 where unknown. */
  double f32Error(String tensor) {
    return f32Errors.path(tensor).asDouble(0);
  }

  /** Names behind {@code input.}, such as {@code x}. */
  List<String> inputs() {
    return behind("input.");
  }

  /** Names behind {@code param.}, such as {@code weight}. */
  List<String> params() {
    return behind("param.");
  }

  /** Names behind {@code output.}, such as {@code y}. */
  List<String> outputs() {
    return behind("output.");
  }

  /** Gradients to be reproduced, such as {@code input.x} and {@code param.weight}. */
  List<String> grads() {
    return behind("grad.").stream().filter(name -> !name.startsWith("output.")).toList();
  }

  /** Full names of all that a runner has to reproduce. */
  List<String> expected() {
    List<String> expected = new ArrayList<>();
    outputs().forEach(name -> expected.add("output." + name));
    grads().forEach(name -> expected.add("grad." + name));
    return expected;
  }

  /** Whether there is a tensor of this full name, such as {@code param.bias}. */
  boolean has(String tensor) {
    return tensors.names().contains(tensor);
  }

  /** Type and shape of a tensor by its full name. */
  StoredTensor entry(String tensor) {
    return tensors.entry(tensor);
  }

  /** Sizes of a tensor in PyTorch's order, by its full name. */
  int[] shape(String tensor) {
    return tensors.shape(tensor);
  }

  double[] doubles(String tensor) {
    return tensors.doubles(tensor);
  }

  float[] floats(String tensor) {
    return tensors.floats(tensor);
  }

  long[] longs(String tensor) {
    return tensors.longs(tensor);
  }

  @Override
  public String toString() {
    return kind() + (op().isEmpty() ? "" : " " + op()) + " " + name();
  }

  private String text(String key) {
    return metadata.getOrDefault(key, "");
  }

  private JsonNode json(String key) throws IOException {
    try {
      return JSON.readTree(metadata.getOrDefault(key, "{}"));
    } catch (JsonProcessingException e) {
      throw new IOException(
          path + ": expected metadata " + key + " in JSON, got: " + e.getOriginalMessage(), e);
    }
  }

  private List<String> behind(String prefix) {
    return tensors.names().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }
}
