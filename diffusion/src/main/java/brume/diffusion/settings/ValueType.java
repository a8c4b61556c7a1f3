package brume.diffusion.settings;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What may stand in a setting: one value of a type, or a list of them. Strict: a text is no number,
 * infinity is none either, and 1.0 is no whole one.
 *
 * @param element type of the value, or of each
 * @param isList whether there may be several
 */
public record ValueType(Class<?> element, boolean isList) {

  /** The type of a component, or nothing if it is a record or a choice. */
  static Optional<ValueType> of(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return of(list.getActualTypeArguments()[0]).map(one -> new ValueType(one.element, true));
    }
    return type instanceof Class<?> plain && isPlain(plain)
        ? Optional.of(new ValueType(boxed(plain), false))
        : Optional.empty();
  }

  private static boolean isPlain(Class<?> type) {
    return type.isPrimitive()
        || type.isEnum()
        || Written.class.isAssignableFrom(type)
        || List.of(Integer.class, Long.class, Double.class, Boolean.class, String.class)
            .contains(type);
  }

  private static Class<?> boxed(Class<?> type) {
    if (type == int.class) {
      return Integer.class;
    }
    if (type == long.class) {
      return Long.class;
    }
    if (type == double.class) {
      return Double.class;
    }
    return type == boolean.class ? Boolean.class : type;
  }

  /**
   * What to ask for.
   *
   * @return such as {@code a whole number}
   */
  public String noun() {
    String one = one();
    return isList ? "a list, each " + one : one;
  }

  private String one() {
    if (element.isEnum()) {
      return "one of " + String.join(", ", constants());
    }
    if (isWritten()) {
      return (String) call("expected");
    }
    if (element == Integer.class || element == Long.class) {
      return "a whole number";
    }
    if (element == Double.class) {
      return "a number";
    }
    return element == Boolean.class ? "true or false" : "a text";
  }

  private boolean isWritten() {
    return Written.class.isAssignableFrom(element);
  }

  /** Calls a static method that every {@link Written} has. */
  private Object call(String method, String... arguments) {
    Class<?>[] types = new Class<?>[arguments.length];
    Arrays.fill(types, String.class);
    try {
      return element.getMethod(method, types).invoke(null, (Object[]) arguments);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      throw new IllegalStateException(element + ": " + method + " threw", refused);
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException(element + ": expected a public static " + method, missing);
    }
  }

  /** Names of the constants, as people write them. */
  List<String> constants() {
    return Arrays.stream(element.getEnumConstants())
        .map(ValueType::name)
        .collect(Collectors.toList());
  }

  private static String name(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  // ---- from words

  /** One value that somebody has written in words. */
  JsonNode parse(String text) {
    if (element == Boolean.class) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true", "on", "yes" -> BooleanNode.TRUE;
        case "false", "off", "no" -> BooleanNode.FALSE;
        default -> throw wrong(text);
      };
    }
    if (element == String.class || element.isEnum() || isWritten()) {
      return TextNode.valueOf(text);
    }
    try {
      return element == Double.class
          ? DoubleNode.valueOf(Double.parseDouble(text))
          : JsonNodeFactory.instance.numberNode(
              new BigDecimal(text).toBigIntegerExact().longValueExact());
    } catch (NumberFormatException | ArithmeticException none) {
      throw wrong(text);
    }
  }

  private SettingException wrong(Object got) {
    return new SettingException(Text.of("expected %s, got '%s'", one(), got));
  }

  // ---- between JSON and Java

  /** The value that JSON holds, in the range of its setting. */
  Object read(JsonNode json, About about) {
    if (!isList) {
      return readOne(json, about);
    }
    if (!json.isArray()) {
      throw new SettingException(Text.of("expected %s, got %s", noun(), json));
    }
    List<Object> values = new ArrayList<>();
    json.forEach(one -> values.add(readOne(one, about)));
    if (values.isEmpty() && !about.optional()) {
      throw new SettingException("expected at least one value, got none");
    }
    return List.copyOf(values);
  }

  private Object readOne(JsonNode json, About about) {
    if (element.isEnum()) {
      return constant(json);
    }
    if (isWritten() && (json.isTextual() || json.isIntegralNumber())) {
      return call("parse", json.asText());
    }
    if (element == Boolean.class && json.isBoolean()) {
      return json.booleanValue();
    }
    if (element == String.class && json.isTextual()) {
      if (json.textValue().isBlank() && !about.optional()) {
        throw new SettingException("expected a text, got an empty one");
      }
      return json.textValue();
    }
    if (element == Double.class && json.isNumber()) {
      inRange(json, about);
      return json.doubleValue();
    }
    if (element == Integer.class && json.isIntegralNumber()) {
      inRange(json, about);
      if (!json.canConvertToInt()) {
        throw new SettingException(Text.of(
            "expected a whole number from %d to %d, got %s",
            (long) Math.max(about.min(), Integer.MIN_VALUE), Integer.MAX_VALUE, json.asText()));
      }
      return json.intValue();
    }
    if (element == Long.class && json.isIntegralNumber() && json.canConvertToLong()) {
      inRange(json, about);
      return json.longValue();
    }
    throw new SettingException(Text.of("expected %s, got %s", one(), json));
  }

  private Object constant(JsonNode json) {
    if (json.isTextual()) {
      for (Object constant : element.getEnumConstants()) {
        if (name(constant).equalsIgnoreCase(json.textValue().replace('_', '-'))) {
          return constant;
        }
      }
      throw new SettingException(Text.of(
          "expected one of %s, got %s%s",
          String.join(", ", constants()),
          json.textValue(),
          Guess.of(json.textValue(), constants())));
    }
    throw new SettingException(
        Text.of("expected one of %s, got %s", String.join(", ", constants()), json));
  }

  private static void inRange(JsonNode json, About about) {
    double number = json.doubleValue();
    if (!Double.isFinite(number) || number < about.min() || number > about.max()) {
      throw new SettingException(
          Text.of("expected %s, got %s", range(about).orElse("a finite number"), plain(json)));
    }
  }

  /** A value as JSON. */
  static JsonNode write(Object value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (value instanceof List<?> list) {
      var array = nodes.arrayNode();
      list.forEach(one -> array.add(write(one)));
      return array;
    }
    if (value instanceof Enum<?> constant) {
      return nodes.textNode(name(constant));
    }
    if (value instanceof Integer number) {
      return nodes.numberNode((long) number);
    }
    if (value instanceof Long number) {
      return nodes.numberNode((long) number);
    }
    if (value instanceof Double number) {
      return nodes.numberNode((double) number);
    }
    if (value instanceof Written && value.toString().matches("\\d{1,18}")) {
      return nodes.numberNode(Long.parseLong(value.toString()));
    }
    return value instanceof Boolean flag
        ? nodes.booleanNode(flag)
        : nodes.textNode(String.valueOf(value));
  }

  // ---- for people

  static Optional<String> range(About about) {
    if (Double.isInfinite(about.min())) {
      return Double.isInfinite(about.max())
          ? Optional.empty()
          : Optional.of("at most " + plain(about.max()));
    }
    return Optional.of(
        Double.isInfinite(about.max())
            ? plain(about.min()) + " or more"
            : plain(about.min()) + " to " + plain(about.max()));
  }

  /** As a person would write it. */
  static String plain(JsonNode value) {
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(plain(element)));
      return String.join(",", elements);
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "on" : "off";
    }
    return value.isDouble() ? plain(value.doubleValue()) : value.asText();
  }

  private static String plain(double number) {
    if (!Double.isFinite(number)) {
      return Double.toString(number);
    }
    BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    return Math.abs(exact.scale()) > 10 ? exact.toString() : exact.toPlainString();
  }
}
