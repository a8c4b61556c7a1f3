package brume.diffusion.cli;

import brume.diffusion.train.About;
import brume.diffusion.train.ConfigFile;
import brume.diffusion.train.RunConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings of {@link RunConfig} as options: {@code emaDecay} in the file is {@code --ema-decay} on
 * the command line, and both are checked by the same {@link About}.
 */
final class ConfigOptions {

  private static final JsonMapper JSON = new JsonMapper();

  private ConfigOptions() {}

  private record Setting(String section, RecordComponent component, About about) {
    String option() {
      String kebab = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      return "--" + kebab;
    }

    JsonNode in(JsonNode tree) {
      return (section.isEmpty() ? tree : tree.get(section)).get(component.getName());
    }

    void set(ObjectNode tree, JsonNode value) {
      ObjectNode parent = section.isEmpty() ? tree : (ObjectNode) tree.get(section);
      parent.set(component.getName(), value);
    }
  }

  /** Gives a command one option for each setting. */
  static void addTo(CommandSpec command, RunConfig defaults) {
    ObjectNode tree = ConfigFile.toTree(defaults);
    for (Setting setting : settings()) {
      command.addOption(option(setting, setting.in(tree)));
    }
  }

  private static OptionSpec option(Setting setting, JsonNode byDefault) {
    Class<?> type = setting.component().getType();
    String shown = type.isEnum() ? byDefault.asText().toLowerCase(Locale.ROOT) : plain(byDefault);
    List<String> description = new ArrayList<>();
    description.add(setting.about().value());
    if (type.isEnum()) {
      description.add("One of ${COMPLETION-CANDIDATES}.");
    }
    description.add("Default: " + shown + ".");
    OptionSpec.Builder option =
        OptionSpec.builder(setting.option()).description(String.join(" ", description));
    if (type == boolean.class) {
      return option.type(boolean.class).negatable(true).build();
    }
    if (type == List.class) {
      return option
          .type(List.class)
          .auxiliaryTypes(Integer.class)
          .splitRegex(",")
          .paramLabel("N,N,...")
          .build();
    }
    return option
        .type(type)
        .paramLabel(
            type.isEnum()
                ? "NAME"
                : type == String.class ? "WHERE" : type == double.class ? "X" : "N")
        .build();
  }

  /** Lays the options that were given over a configuration. */
  static void overlay(ParseResult given, ObjectNode tree) {
    for (Setting setting : settings()) {
      if (given.hasMatchedOption(setting.option())) {
        Object value = given.matchedOptionValue(setting.option(), null);
        setting.set(tree, JSON.valueToTree(value instanceof Enum<?> e ? e.name() : value));
      }
    }
  }

  /** Refuses a configuration with a setting out of range. */
  static RunConfig checked(ObjectNode tree, String source) throws IOException {
    for (Setting setting : settings()) {
      JsonNode value = setting.in(tree);
      if (value.isArray()) {
        UsageException.unless(
            !value.isEmpty(), setting.option() + ": expected at least one number, got none");
        value.forEach(element -> check(setting, element));
      } else {
        check(setting, value);
      }
    }
    return ConfigFile.fromTree(tree, source);
  }

  private static void check(Setting setting, JsonNode value) {
    About about = setting.about();
    if (value.isNumber()) {
      double number = value.asDouble();
      UsageException.unless(
          number >= about.min() && number <= about.max(),
          "%s: expected %s, got %s".formatted(setting.option(), range(about), value.asText()));
    }
  }

  private static String range(About about) {
    String min = "%.10g".formatted(about.min()).replaceAll("\\.?0+$", "");
    String max = "%.10g".formatted(about.max()).replaceAll("\\.?0+$", "");
    return Double.isInfinite(about.max()) ? min + " or more" : min + " to " + max;
  }

  private static String plain(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    List<String> elements = new ArrayList<>();
    value.forEach(element -> elements.add(element.asText()));
    return elements.stream().collect(Collectors.joining(","));
  }

  private static List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (RecordComponent section : RunConfig.class.getRecordComponents()) {
      if (section.getType().isRecord()) {
        for (RecordComponent component : section.getType().getRecordComponents()) {
          settings.add(new Setting(section.getName(), component, about(component)));
        }
      } else if (section.isAnnotationPresent(About.class)) {
        settings.add(new Setting("", section, about(section)));
      }
    }
    return settings;
  }

  private static About about(RecordComponent component) {
    About about = component.getAnnotation(About.class);
    if (about == null) {
      throw new IllegalStateException("setting without @About: " + component);
    }
    return about;
  }
}
