package brume.diffusion.recipe;

import brume.diffusion.settings.Setting;
import brume.diffusion.settings.Settings;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What recipes say, beside what they would say unless told otherwise, or beside each other. */
public final class Comparison {

  private Comparison() {}

  /**
   * A setting of a recipe.
   *
   * @param setting where it stands and what it means
   * @param usual what stands there unless told otherwise, given the kinds that the recipe has chosen
   */
  public record Row(Setting setting, String usual) {

    /**
     * Whether somebody has chosen it.
     *
     * @return true if it is not what it usually is
     */
    public boolean differs() {
      return !setting.plain().equals(usual);
    }
  }

  /**
   * A setting of several recipes.
   *
   * @param key its place, such as {@code process.schedule.offset}
   * @param values of each recipe; null where its kinds have no such setting
   */
  public record Difference(String key, List<@Nullable String> values) {}

  /**
   * A recipe beside its defaults.
   *
   * @param recipe any
   * @return all its settings, in the order of the recipe
   */
  public static List<Row> withDefaults(Recipe recipe) {
    List<Row> rows = new ArrayList<>();
    ObjectNode kinds = JsonNodeFactory.instance.objectNode();
    Map<String, String> usual = values(Recipes.plain());
    for (Setting setting : Recipe.ENGINE.list(recipe)) {
      String standard = usual.getOrDefault(setting.key(), setting.plain());
      rows.add(new Row(setting, standard));
      if (setting.isKind()) { // what follows are settings of this kind, and kinds within it
        Settings.put(setting, setting.now(), kinds);
        usual = values(Recipe.ENGINE.read(kinds, Recipes.plain()));
      }
    }
    return rows;
  }

  /**
   * What differs between recipes.
   *
   * @param recipes two or more
   * @return settings that are not the same in all of them, in the order of the first recipe that has each
   */
  public static List<Difference> between(List<Recipe> recipes) {
    List<Map<String, String>> all = recipes.stream().map(Comparison::values).toList();
    Map<String, Difference> differences = new LinkedHashMap<>();
    for (Map<String, String> one : all) {
      for (String key : one.keySet()) {
        List<@Nullable String> values = new ArrayList<>();
        all.forEach(each -> values.add(each.get(key)));
        if (!values.stream().allMatch(value -> Objects.equals(value, values.get(0)))) {
          differences.putIfAbsent(key, new Difference(key, values));
        }
      }
    }
    return List.copyOf(differences.values());
  }

  private static Map<String, String> values(Recipe recipe) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Setting setting : Recipe.ENGINE.list(recipe)) {
      JsonNode now = setting.now();
      values.put(setting.key(), now.isNull() ? "" : setting.plain());
    }
    return values;
  }
}
