package brume.diffusion.cli;

import brume.diffusion.train.About;
import brume.diffusion.train.ConfigFile;
import brume.diffusion.train.Model;
import brume.diffusion.train.RunConfig;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings of {@link RunConfig} as options: {@code emaDecay} in the file is {@code --ema-decay} on
 * the command line, and both are checked by the same {@link About}.
 */
final class ConfigOptions {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, String> HEADINGS = Map.of(
      "pictures", "Pictures or points",
      "network", "Network",
      "process", "Diffusion process",
      "training", "Training",
      "sampling", "Samples on the way and at the end");

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

  /** Gives a command one option for each setting, those of a section under one heading. */
  static void addTo(CommandSpec command, RunConfig defaults) {
    ObjectNode tree = ConfigFile.toTree(defaults);
    Map<String, ArgGroupSpec.Builder> groups = new LinkedHashMap<>();
    for (Setting setting : settings()) {
      OptionSpec option = option(setting, setting.in(tree));
      if (setting.section().isEmpty()) {
        command.addOption(option);
      } else {
        groups.computeIfAbsent(setting.section(), ConfigOptions::group).addArg(option);
      }
    }
    groups
        .values()
        .forEach(group -> command.addArgGroup(group.order(groups.size()).build()));
  }

  private static ArgGroupSpec.Builder group(String section) {
    return ArgGroupSpec.builder()
        .heading("%n" + HEADINGS.getOrDefault(section, section) + ":%n")
        .exclusive(false)
        .validate(false);
  }

  private static OptionSpec option(Setting setting, JsonNode byDefault) {
    Class<?> type = setting.component().getType();
    String names = type.isEnum() ? " One of %s.".formatted(WrongUsage.names(type)) : "";
    OptionSpec.Builder option = OptionSpec.builder(setting.option())
        .description(
            "%s%s Default: %s.".formatted(setting.about().value(), names, plain(byDefault)))
        .hideParamSyntax(true);
    if (type == boolean.class) {
      return option.type(boolean.class).negatable(true).build();
    }
    if (type == List.class) {
      return option
          .type(List.class)
          .auxiliaryTypes(Integer.class)
          .splitRegex(",")
          .paramLabel("N,N,..")
          .build();
    }
    return option.type(type).paramLabel(label(type)).build();
  }

  private static String label(Class<?> type) {
    if (type.isEnum()) {
      return "NAME";
    }
    return type == String.class ? "WHERE" : type == double.class ? "X" : "N";
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

  /** Refuses a configuration with settings out of range or such that do not fit together. */
  static RunConfig checked(ObjectNode tree, String source) throws IOException {
    RunConfig config = ConfigFile.fromTree(tree, source);
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
    try {
      Model.refuseMisfits(config);
    } catch (IllegalArgumentException misfit) {
      String message = String.valueOf(misfit.getMessage());
      throw new UsageException(message.startsWith("--") ? message : "--" + message);
    }
    return config;
  }

  private static void check(Setting setting, JsonNode value) {
    About about = setting.about();
    if (value.isNumber()) {
      double number = value.asDouble();
      if (!Double.isFinite(number) || number < about.min() || number > about.max()) {
        throw new UsageException(
            "%s: expected %s, got %s".formatted(setting.option(), range(about), value.asText()));
      }
    }
  }

  /** The settings that differ, as options. */
  static List<String> differing(RunConfig a, RunConfig b) {
    ObjectNode left = ConfigFile.toTree(a), right = ConfigFile.toTree(b);
    return settings().stream()
        .filter(setting -> !setting.in(left).equals(setting.in(right)))
        .map(Setting::option)
        .toList();
  }

  /** The numbers that an option accepts, if it is one of a setting with a smallest one. */
  static Optional<String> range(String option) {
    return settings().stream()
        .filter(setting ->
            setting.option().equals(option) && Double.isFinite(setting.about().min()))
        .map(setting -> range(setting.about()))
        .findFirst();
  }

  private static String range(About about) {
    if (Double.isInfinite(about.min())) {
      return "a number";
    }
    return Double.isInfinite(about.max())
        ? plain(about.min()) + " or more"
        : plain(about.min()) + " to " + plain(about.max());
  }

  /** As a user would write it. */
  private static String plain(JsonNode value) {
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(element.asText()));
      return String.join(",", elements);
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "on" : "off";
    }
    return value.isNumber() ? plain(value.asDouble()) : value.asText().toLowerCase(Locale.ROOT);
  }

  private static String plain(double number) {
    return new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString();
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
