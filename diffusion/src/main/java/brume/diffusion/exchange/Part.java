package brume.diffusion.exchange;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.SettingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The settings of a part of a recipe, taken one by one by a format that may not be able to say all of
 * them: what is left must be as it is by default.
 */
final class Part {

  private final String kind;
  private final ObjectNode settings;
  private final ObjectNode defaults;
  private final Set<String> taken = new HashSet<>();

  private Part(String kind, ObjectNode settings, ObjectNode defaults) {
    this.kind = kind;
    this.settings = settings;
    this.defaults = defaults;
  }

  /** The settings of a kind of a catalog. */
  static Part of(Catalog<?> catalog, Object settings) {
    Kind<?> kind = catalog.of(settings);
    return new Part(
        kind.name(), Recipe.ENGINE.write((Record) settings), Recipe.ENGINE.write(kind.record()));
  }

  /** The settings of a kind of a catalog, written already. */
  static Part of(Catalog<?> catalog, ObjectNode written) {
    String kind = written.path("kind").asText();
    ObjectNode defaults = Recipe.ENGINE.write(catalog.named(kind).record());
    return new Part(kind, written, defaults);
  }

  String kind() {
    return kind;
  }

  /** A setting of this kind. */
  JsonNode take(String name) {
    taken.add(name);
    return settings.path(name);
  }

  /** Whether a setting is as it is by default. */
  boolean isUsual(String name) {
    return settings.path(name).equals(defaults.path(name));
  }

  /** Refuses settings that were not taken, unless they are as usual. */
  void refuseOthers(String format) {
    for (Map.Entry<String, JsonNode> setting : settings.properties()) {
      String name = setting.getKey();
      JsonNode usual = defaults.path(name);
      SettingException.unless(
          taken.contains(name) || setting.getValue().equals(usual),
          "{%s}: expected %s, as %s has no other, got %s",
          name,
          usual,
          format,
          setting.getValue());
    }
  }
}
