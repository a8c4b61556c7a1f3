package brume.diffusion.settings;

import static java.util.Objects.requireNonNull;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The settings engine: records to JSON and back, and their settings one by one. A component is a
 * value, a record of its own, or a choice: an interface whose kinds a {@link Catalog} lists, written
 * as an object with its {@code kind} and the settings of that kind. A record that is {@link Inline} stands
 * among the settings around it.
 *
 * <p>What is read is laid over other settings: a key that is missing keeps the value it has there, and
 * a choice of another kind begins with the defaults of that kind. So presets, files and options are
 * layers, and a file of an older version opens. A key that the record does not have is refused.
 */
public final class Settings {

  private static final String KIND = "kind";

  private final List<Catalog<?>> catalogs;

  /**
   * An engine.
   *
   * @param catalogs of all choices that occur in the records
   */
  public Settings(List<Catalog<?>> catalogs) {
    this.catalogs = List.copyOf(catalogs);
  }

  /**
   * The catalogs of all choices.
   *
   * @return in the order they were given
   */
  public List<Catalog<?>> catalogs() {
    return catalogs;
  }

  private Optional<Catalog<?>> catalogOf(RecordComponent component) {
    return catalogs.stream()
        .filter(catalog -> catalog.seam() == component.getType())
        .findFirst();
  }

  // ---- to JSON

  /**
   * Settings as JSON.
   *
   * @param settings a record
   * @return all of them, none left out
   */
  public ObjectNode write(Record settings) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = valueOf(component, settings);
      if (isInline(component)) {
        tree.setAll(write((Record) value));
      } else if (value instanceof Record inner && !(value instanceof Written)) {
        ObjectNode written = JsonNodeFactory.instance.objectNode();
        catalogOf(component)
            .ifPresent(catalog -> written.put(KIND, catalog.of(inner).name()));
        written.setAll(write(inner));
        tree.set(component.getName(), written);
      } else {
        tree.set(component.getName(), ValueType.write(value));
      }
    }
    return tree;
  }

  // ---- from JSON

  /**
   * Lays settings over others.
   *
   * @param <R> what they are settings of
   * @param json an object with some or all of the record's settings
   * @param base what is not in it
   * @return a record of the class of {@code base}
   * @throws SettingException if a setting is unknown, of the wrong type or out of range; the sentence
   *     begins with its key in braces
   */
  public <R extends Record> R read(JsonNode json, R base) {
    return read(json, base, "", List.of());
  }

  private <R extends Record> R read(JsonNode json, R base, String path, List<String> allowed) {
    if (!json.isObject()) {
      throw new SettingException(Text.of(
          "%sexpected an object with settings, got %s",
          path.isEmpty() ? "" : "{" + path + "}: ", json));
    }
    refuseUnknown(json, base.getClass(), path, allowed);
    return readKnown(json, base, path);
  }

  private <R extends Record> R readKnown(JsonNode json, R base, String path) {
    RecordComponent[] components = base.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName(), key = path.isEmpty() ? name : path + "." + name;
      JsonNode given = json.get(name);
      Object before = valueOf(components[i], base);
      if (isInline(components[i])) {
        values[i] = readKnown(json, (Record) before, path);
      } else {
        values[i] = given == null ? before : read(components[i], given, before, key);
      }
    }
    return create(base, components, values, path);
  }

  private Object read(RecordComponent component, JsonNode given, Object before, String key) {
    Optional<Catalog<?>> catalog = catalogOf(component);
    if (catalog.isPresent()) {
      return choice(catalog.get(), given, (Record) before, key);
    }
    if (before instanceof Record inner && !(before instanceof Written)) {
      return read(given, inner, key, List.of());
    }
    ValueType type = ValueType.of(component.getGenericType())
        .orElseThrow(() -> new IllegalStateException("setting of an unknown type: " + component));
    return named(key, () -> type.read(given, about(component)));
  }

  /** A choice, as an object with its kind, or as the bare name of a kind with its defaults. */
  private Record choice(Catalog<?> catalog, JsonNode given, Record before, String key) {
    Optional<ObjectNode> number =
        catalog.ofNumber((given.isObject() ? given.path(KIND) : given).asText());
    if (number.isPresent()) {
      ObjectNode whole = number.get();
      if (given instanceof ObjectNode others) { // what is said of the setting itself counts more
        others.properties().stream()
            .filter(entry -> !entry.getKey().equals(KIND))
            .forEach(entry -> whole.set(entry.getKey(), entry.getValue()));
      }
      return choice(catalog, whole, before, key);
    }
    JsonNode kind = given.isTextual() ? given : given.get(KIND);
    if (kind == null) {
      return read(given, before, key, List.of());
    }
    Kind<?> chosen = named(key, () -> {
      if (!kind.isTextual()) {
        throw new SettingException("expected the name of a kind, got " + kind);
      }
      return kindOf(catalog, kind.textValue());
    });
    Record base = chosen.record().getClass().equals(before.getClass()) ? before : chosen.record();
    return given.isTextual() ? base : read(given, base, key, List.of(KIND));
  }

  /** A kind by its name; who has taken it for one of another choice is told which. */
  private Kind<?> kindOf(Catalog<?> catalog, String name) {
    try {
      return catalog.named(name);
    } catch (SettingException unknown) {
      List<Catalog<?>> others =
          catalogs.stream().filter(other -> other.names().contains(name)).toList();
      throw others.size() == 1
          ? new SettingException(Text.of(
              "%s, which is one of the %s", unknown.getMessage(), others.get(0).plural()))
          : unknown;
    }
  }

  private void refuseUnknown(JsonNode json, Class<?> record, String path, List<String> allowed) {
    List<String> known = new ArrayList<>(allowed);
    addNames(record, known);
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = entry.getKey();
      if (!known.contains(name)) {
        throw new SettingException(Text.of(
            "%s: expected one of the settings %s, got '%s'%s",
            path.isEmpty() ? "settings" : "{" + path + "}",
            String.join(", ", known),
            name,
            Guess.of(name, known)));
      }
    }
  }

  private static void addNames(Class<?> record, List<String> names) {
    for (RecordComponent component : record.getRecordComponents()) {
      if (isInline(component)) {
        addNames(component.getType(), names);
      } else {
        names.add(component.getName());
      }
    }
  }

  private static <R extends Record> R create(
      R base, RecordComponent[] components, Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      @SuppressWarnings("unchecked") // a record's canonical constructor makes records of its class
      Constructor<R> canonical = (Constructor<R>) base.getClass().getDeclaredConstructor(types);
      canonical.setAccessible(true);
      return canonical.newInstance(values);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException misfit) {
        throw misfit instanceof SettingException already
            ? already
            : new SettingException(
                (path.isEmpty() ? "" : "{" + path + "}: ") + misfit.getMessage());
      }
      throw new IllegalStateException("settings " + base.getClass(), refused);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("settings " + base.getClass(), impossible);
    }
  }

  // ---- one by one

  /**
   * All settings of a record, with those of the kinds chosen in it; the kind of a choice comes before
   * its settings.
   *
   * @param settings a record
   * @return in the order of the components
   */
  public List<Setting> list(Record settings) {
    List<Setting> all = new ArrayList<>();
    list(settings, List.of(), all);
    return all;
  }

  private void list(Record settings, List<String> path, List<Setting> all) {
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      Object value = valueOf(component, settings);
      if (isInline(component)) {
        list((Record) value, path, all);
        continue;
      }
      List<String> here = new ArrayList<>(path);
      here.add(component.getName());
      Optional<Catalog<?>> catalog = catalogOf(component);
      catalog.ifPresent(choices -> all.add(new Setting(
          here,
          about(component),
          new ValueType(String.class, false),
          ValueType.write(choices.of(value).name()),
          catalog)));
      if (value instanceof Record inner && !(value instanceof Written)) {
        list(inner, here, all);
      } else if (!about(component).fileOnly()) {
        ValueType type = ValueType.of(component.getGenericType())
            .orElseThrow(
                () -> new IllegalStateException("setting of an unknown type: " + component));
        all.add(
            new Setting(here, about(component), type, ValueType.write(value), Optional.empty()));
      }
    }
  }

  /**
   * A tree with one setting, to be read over others.
   *
   * @param setting which
   * @param value its value; the name, for a kind
   * @param into gets it, beside what is there
   */
  public static void put(Setting setting, JsonNode value, ObjectNode into) {
    ObjectNode at = into;
    List<String> path = setting.path();
    for (String section : path.subList(0, path.size() - 1)) {
      at = at.withObjectProperty(section);
    }
    if (setting.isKind()) {
      at.withObjectProperty(setting.name()).set(KIND, value);
    } else {
      at.set(setting.name(), value);
    }
  }

  // ---- part by part

  /**
   * The same but for some parts, each told by its type.
   *
   * @param <R> what they are settings of
   * @param base whose other parts stay
   * @param parts records, each to stand where {@code base} has one of its type or another kind of its
   *     choice
   * @return a record of the class of {@code base}
   * @throws IllegalArgumentException if no component is of the type of a part
   */
  public static <R extends Record> R with(R base, Object... parts) {
    RecordComponent[] components = base.getClass().getRecordComponents();
    Object[] values =
        Arrays.stream(components).map(component -> valueOf(component, base)).toArray();
    for (Object part : parts) {
      int at = 0;
      while (at < values.length && !components[at].getType().isInstance(part)) {
        at++;
      }
      if (at == values.length) {
        throw new IllegalArgumentException(Text.of(
            "%s: expected a part, one of %s, got %s",
            base.getClass().getSimpleName(),
            Arrays.stream(components)
                .map(RecordComponent::getType)
                .filter(type -> type.isInterface() || type.isRecord())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ")),
            part));
      }
      values[at] = part;
    }
    return create(base, components, values, "");
  }

  // ---- reflection

  private static boolean isInline(RecordComponent component) {
    return component.isAnnotationPresent(Inline.class);
  }

  private static Object valueOf(RecordComponent component, Record of) {
    try {
      component.getAccessor().setAccessible(true);
      return requireNonNull(component.getAccessor().invoke(of), component.getName());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("setting " + component, impossible);
    }
  }

  private static About about(RecordComponent component) {
    About about = component.getAnnotation(About.class);
    if (about == null) {
      throw new IllegalStateException("setting without @About: " + component);
    }
    return about;
  }

  private interface Reading<T> {
    T read();
  }

  /** Puts the key in front of what a value is refused with. */
  private static <T> T named(String key, Reading<T> reading) {
    try {
      return reading.read();
    } catch (SettingException refused) {
      throw new SettingException("{" + key + "}: " + refused.getMessage());
    }
  }
}
