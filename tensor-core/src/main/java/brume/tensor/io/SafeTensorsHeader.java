package brume.tensor.io;

import brume.tensor.Text;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON at the head of a safetensors file, checked so that whatever passes can be read: every
 * tensor of a known type, its bytes as many as its shape wants, and all tensors together covering
 * the data once, without gaps.
 */
final class SafeTensorsHeader {

  static final int MAX_BYTES = 100_000_000; // the limit of the format's own library
  private static final int SHOWN = 200; // characters of what is wrong in a message
  static final String METADATA = "__metadata__";

  private static final int MAX_NESTING = 3; // header, tensor, list
  private static final long TOO_MANY = 1L << 31; // numbers for one Java array
  private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder()
              .maxNestingDepth(MAX_NESTING)
              .maxStringLength(MAX_BYTES)
              .maxNameLength(MAX_BYTES)
              .build())
          .build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private final Path file;
  private final long dataBytes;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafeTensorsHeader(Path file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  /**
   * Parses and checks a header.
   *
   * @param file named in messages
   * @param header its bytes
   * @param dataBytes how many bytes follow it in the file
   */
  static SafeTensorsHeader parse(Path file, ByteBuffer header, long dataBytes)
      throws SafeTensorsException {
    SafeTensorsHeader parsed = new SafeTensorsHeader(file, dataBytes);
    JsonNode root = parsed.json(header);
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals(METADATA)) {
        parsed.readMetadata(field.getValue());
      } else {
        parsed.tensors.put(field.getKey(), parsed.tensor(field.getKey(), field.getValue()));
      }
    }
    parsed.checkCoverage(parsed.tensors.values());
    return parsed;
  }

  /** What the file holds, in the order of the header. */
  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** The texts beside the tensors. */
  Map<String, String> metadata() {
    return metadata;
  }

  private JsonNode json(ByteBuffer header) throws SafeTensorsException {
    if (header.get(0) != '{') {
      throw refusal("expected the header to begin with '{', got byte 0x%02x", header.get(0));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(header).toString();
      return JSON.readTree(text);
    } catch (CharacterCodingException e) {
      throw refusal("expected a header in UTF-8, got other bytes");
    } catch (StreamConstraintsException e) { // whose message has the digits of the place
      throw refusal(
          "expected a header in JSON nested at most %d deep and of numbers below 1000 digits, got more",
          MAX_NESTING);
    } catch (JsonProcessingException e) {
      throw refusal("expected a header in JSON, got: %s", e.getOriginalMessage());
    }
  }

  private void readMetadata(JsonNode node) throws SafeTensorsException {
    if (!node.isObject()) {
      throw refusal("expected %s to be an object, got %s", METADATA, node.getNodeType());
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw refusal(
            "expected %s to hold texts, got %s for %s",
            METADATA, field.getValue().getNodeType(), field.getKey());
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private StoredTensor tensor(String name, JsonNode node) throws SafeTensorsException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw refusal("expected tensor names in Unicode, got a lone surrogate in %s", name);
    }
    JsonNode dtype = node.path("dtype"),
        shape = node.path("shape"),
        offsets = node.path("data_offsets");
    if (!dtype.isTextual()
        || !shape.isArray()
        || !offsets.isArray()
        || offsets.size() != 2
        || node.size() != 3) {
      throw refusal(
          "expected tensor %s to have dtype, shape and two data_offsets, got %s", name, node);
    }
    StoredType type = type(name, dtype.textValue());
    int[] sizes = new int[shape.size()];
    long size = 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = (int) integer(name, "sizes", shape.get(axis), Integer.MAX_VALUE);
      size = Math.min(size * sizes[axis], TOO_MANY);
    }
    if (size == TOO_MANY) {
      throw refusal("expected fewer than 2³¹ numbers in tensor %s, got shape %s", name, shape);
    }
    long begin = integer(name, "data_offsets", offsets.get(0), dataBytes);
    long end = integer(name, "data_offsets", offsets.get(1), dataBytes);
    if (end - begin != size * type.bytes()) {
      throw refusal(
          "expected %d bytes for tensor %s of %s %s, got data_offsets %s",
          size * type.bytes(), name, type, shape, offsets);
    }
    return new StoredTensor(name, type, sizes, (int) size, begin);
  }

  private StoredType type(String name, String dtype) throws SafeTensorsException {
    for (StoredType type : StoredType.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw refusal(
        "expected the dtype of tensor %s to be one of %s, got %s",
        name, List.of(StoredType.values()), dtype);
  }

  private long integer(String name, String what, JsonNode node, long max)
      throws SafeTensorsException {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < 0
        || node.longValue() > max) {
      throw refusal(
          "expected the %s of tensor %s to be integers from 0 to %d, got %s",
          what, name, max, node);
    }
    return node.longValue();
  }

  /** Refuses tensors that share bytes, and bytes that belong to none. */
  private void checkCoverage(Collection<StoredTensor> all) throws SafeTensorsException {
    List<StoredTensor> byPosition = new ArrayList<>(all);
    byPosition.sort(
        Comparator.comparingLong(StoredTensor::begin).thenComparingLong(StoredTensor::end));
    long covered = 0;
    for (StoredTensor tensor : byPosition) {
      if (tensor.begin() != covered) {
        throw refusal(
            "expected tensor %s to begin at byte %d of the data, where its predecessor ends, got %d",
            tensor.name(), covered, tensor.begin());
      }
      covered = tensor.end();
    }
    if (covered != dataBytes) {
      throw refusal(
          "expected %d bytes of data, as many as its tensors have, got %d", covered, dataBytes);
    }
  }

  /** Names and whatever else the file holds are shown, not copied, into the sentence. */
  private SafeTensorsException refusal(String format, Object... arguments) {
    Object[] shown = Arrays.stream(arguments)
        .map(argument -> argument instanceof String || argument instanceof JsonNode
            ? Text.shown(argument.toString(), SHOWN)
            : argument)
        .toArray();
    return new SafeTensorsException(file, format, shown);
  }
}
