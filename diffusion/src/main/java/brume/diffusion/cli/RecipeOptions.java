package brume.diffusion.cli;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.Setting;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.Settings;
import brume.nn.ConfigException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings of a recipe as options: those of the kinds that are chosen and no others, so that an
 * option without effect does not parse. What is chosen is read off the words of the command line before
 * they are parsed.
 */
final class RecipeOptions {

  private static final Map<String, String> HEADINGS = Map.ofEntries(
      Map.entry("data", "Data"),
      Map.entry("network", "Network"),
      Map.entry("condition", "Network"),
      Map.entry("process", "Diffusion process"),
      Map.entry("objective", "Objective"),
      Map.entry("optimizer", "Optimizer"),
      Map.entry("rate", "Learning rate"),
      Map.entry("average", "Averages of the parameters"),
      Map.entry("training", "Training"),
      Map.entry("sampler", "Samples"),
      Map.entry("clipping", "Samples"),
      Map.entry("guidance", "Samples"),
      Map.entry("bestOf", "Samples"),
      Map.entry("samples", "Samples"));

  private final Recipe chosen;
  private final Predicate<Setting> shown;
  private final String prefix;

  private RecipeOptions(Recipe chosen, Predicate<Setting> shown, String prefix) {
    this.chosen = chosen;
    this.shown = shown;
    this.prefix = prefix;
  }

  /**
   * All settings, for training.
   *
   * @param base what is not given
   * @param words of the command line, which may name kinds
   */
  static RecipeOptions ofTraining(Recipe base, Words words) {
    RecipeOptions options = new RecipeOptions(base, setting -> true, "");
    Recipe chosen = options.withKinds(words);
    Recipe fitting = Beginnings.hasNetworkOf(base, chosen) ? chosen : chosen.withPatch(1);
    return new RecipeOptions(fitting, options.shown, "");
  }

  /** The settings of sampling only, whose names need not tell them from those of training. */
  static RecipeOptions ofSampling(Recipe base, Words words) {
    RecipeOptions options = new RecipeOptions(
        base,
        setting -> List.of("sampler", "clipping", "guidance", "bestOf")
            .contains(setting.path().get(0)),
        "sample-");
    return new RecipeOptions(options.withKinds(words), options.shown, "sample-");
  }

  /** Lays the kinds that are named over the recipe, those of choices inside of choices, too. */
  private Recipe withKinds(Words words) {
    Optional<Recipe> next = withOneKind(chosen, words);
    Recipe recipe = chosen;
    while (next.isPresent()) {
      recipe = next.get();
      next = withOneKind(recipe, words);
    }
    return recipe;
  }

  /** One kind at a time, since another one has other settings. */
  private Optional<Recipe> withOneKind(Recipe recipe, Words words) {
    for (Setting setting : new RecipeOptions(recipe, shown, prefix).settings()) {
      Optional<String> word = setting.isKind() ? words.valueOf(option(setting)) : Optional.empty();
      if (word.isPresent() && !isData(setting) && !word.get().equals(setting.plain())) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        Settings.put(setting, TextNode.valueOf(word.get()), tree);
        Recipe changed = read(tree, recipe);
        if (!changed.equals(recipe)) {
          return Optional.of(changed);
        }
      }
    }
    return Optional.empty();
  }

  /** Data are named by a word that says more than their kind. */
  private static boolean isData(Setting setting) {
    return setting.path().equals(List.of("data"));
  }

  /** The recipe with the kinds that were named. */
  Recipe chosen() {
    return chosen;
  }

  private List<Setting> settings() {
    return Recipe.ENGINE.list(chosen).stream().filter(shown).toList();
  }

  private String option(Setting setting) {
    String name = setting.option();
    return name.startsWith("--" + prefix) ? "--" + name.substring(2 + prefix.length()) : name;
  }

  /** Gives a command one option for each setting, those of a section under one heading. */
  void addTo(CommandSpec command) {
    Map<String, ArgGroupSpec.Builder> groups = new LinkedHashMap<>();
    for (Setting setting : settings()) {
      String name = option(setting);
      if (command.findOption(name) != null || isIn(groups, name)) {
        name = "--" + setting.key(); // a user's own kind may have a setting of any name
      }
      OptionSpec option = option(name, setting);
      String heading = HEADINGS.getOrDefault(setting.path().get(0), "");
      if (heading.isEmpty()) {
        command.addOption(option);
      } else {
        groups.computeIfAbsent(heading, RecipeOptions::group).addArg(option);
      }
    }
    groups
        .values()
        .forEach(group -> command.addArgGroup(group.order(groups.size()).build()));
  }

  private static boolean isIn(Map<String, ArgGroupSpec.Builder> groups, String name) {
    return groups.values().stream()
        .flatMap(group -> group.args().stream())
        .anyMatch(
            arg -> arg instanceof OptionSpec option && List.of(option.names()).contains(name));
  }

  private static ArgGroupSpec.Builder group(String heading) {
    return ArgGroupSpec.builder()
        .heading("%n" + heading + ":%n")
        .exclusive(false)
        .validate(false);
  }

  private static OptionSpec option(String name, Setting setting) {
    String names = setting
        .catalog()
        .map(catalog -> " One of " + String.join(", ", catalog.names()) + ".")
        .orElseGet(() ->
            setting.value().element().isEnum() ? " " + capital(setting.value().noun()) + "." : "");
    String byDefault = setting.plain().isEmpty() ? "none" : setting.plain();
    OptionSpec.Builder option = OptionSpec.builder(name)
        .description(Text.of("%s%s Default: %s.", setting.about().value(), names, byDefault))
        .hideParamSyntax(true);
    boolean flag =
        setting.value().element() == Boolean.class && !setting.value().isList();
    return flag
        ? option.type(boolean.class).negatable(true).build()
        : option.type(String.class).paramLabel(label(setting)).build();
  }

  private static String capital(String noun) {
    return noun.substring(0, 1).toUpperCase(Locale.ROOT) + noun.substring(1);
  }

  private static String label(Setting setting) {
    Class<?> type = setting.value().element();
    String one = setting.isKind() || type.isEnum()
        ? isData(setting) ? "WHAT" : "NAME"
        : type == String.class
            ? "WHERE"
            : type == Double.class ? "X" : type == Boolean.class ? "on|off" : "N";
    return setting.value().isList() ? one + "," + one + ",.." : one;
  }

  /** The recipe with the settings that were given. */
  Recipe overlay(Recipe base, ParseResult given) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    for (Setting setting : settings()) {
      String name = nameIn(given, setting);
      if (given.hasMatchedOption(name) && !isData(setting)) {
        String text = String.valueOf((Object) given.matchedOptionValue(name, ""));
        try {
          Settings.put(setting, setting.parse(text), tree);
        } catch (SettingException wrong) {
          throw new UsageException(name + ": " + wrong.getMessage());
        }
      }
    }
    return read(tree, base);
  }

  private String nameIn(ParseResult given, Setting setting) {
    String key = "--" + setting.key();
    return given.commandSpec().findOption(key) != null ? key : option(setting);
  }

  private Recipe read(ObjectNode tree, Recipe base) {
    try {
      return Recipe.ENGINE.read(tree, base);
    } catch (SettingException refused) {
      throw new UsageException(sentence(refused));
    }
  }

  /** What a refusal says, in options. */
  String sentence(IllegalArgumentException refused) {
    if (refused instanceof SettingException misfit) {
      return misfit.sentence(this::optionNamed);
    }
    String sentence = String.valueOf(refused.getMessage());
    int colon = refused instanceof ConfigException ? sentence.indexOf(':') : -1;
    return settings().stream()
        .filter(setting -> colon > 0 && setting.name().equals(sentence.substring(0, colon)))
        .findFirst()
        .map(setting -> option(setting) + sentence.substring(colon))
        .orElse(sentence);
  }

  private String optionNamed(String key) {
    List<Setting> all = settings();
    return Stream.<Predicate<Setting>>of(
            setting -> setting.key().equals(key), setting -> setting.name().equals(key))
        .flatMap(wanted -> all.stream().filter(wanted).limit(1))
        .findFirst()
        .map(this::option)
        .orElse("--" + key);
  }

  /** The settings that differ, as options. */
  List<String> differing(Recipe a, Recipe b) {
    List<String> names = new ArrayList<>();
    List<Setting> left = Recipe.ENGINE.list(a), right = Recipe.ENGINE.list(b);
    for (Setting setting : left) {
      boolean same = right.stream()
          .anyMatch(
              other -> other.path().equals(setting.path()) && other.now().equals(setting.now()));
      if (!same) {
        names.add(option(setting));
      }
    }
    return names;
  }

  /** Why there is no such option now, if another kind has it. */
  Optional<String> otherKind(String option) {
    for (Setting choice : settings()) {
      if (choice.isKind()) {
        Catalog<?> catalog = choice.catalog().orElseThrow();
        List<String> others = catalog.kinds().stream()
            .filter(kind -> Recipe.ENGINE.list(kind.record()).stream()
                .anyMatch(setting -> option(setting).equals(option)))
            .map(Kind::name)
            .toList();
        if (!others.isEmpty()) {
          return Optional.of(Text.of(
              "%1$s: expected a setting of %2$s %3$s, got one of %4$s; choose that with %5$s, or leave %1$s out",
              option, catalog.noun(), choice.plain(), String.join(", ", others), option(choice)));
        }
      }
    }
    return Optional.empty();
  }
}
