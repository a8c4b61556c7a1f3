package brume.diffusion.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.Kind;
import brume.diffusion.settings.Setting;
import brume.diffusion.settings.Settings;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever kinds are chosen together, no two settings have one option. */
class OptionNamesTest {

  /** Options by the place of what they belong to, those of all kinds that may stand there together. */
  private final Map<String, Set<String>> byPlace = new HashMap<>();

  private final Set<Recipe> seen = new HashSet<>();
  private final List<String> twice = new ArrayList<>();

  @Test
  void areToldApartInEveryCombination() {
    visit(Recipes.plain());
    assertEquals(List.of(), twice, "within one recipe");
    assertTrue(byPlace.size() > 15, "only " + byPlace.keySet());
    List<String> shared = new ArrayList<>();
    for (String a : byPlace.keySet()) {
      for (String b : byPlace.keySet()) {
        Set<String> both = new HashSet<>(byPlace.get(a));
        both.retainAll(byPlace.get(b));
        if (a.compareTo(b) < 0 && !both.isEmpty()) {
          shared.add(a + " and " + b + ": " + both);
        }
      }
    }
    assertEquals(List.of(), shared);
  }

  /** Every kind of every choice, those of choices that only some kinds have, too. */
  private void visit(Recipe recipe) {
    if (!seen.add(recipe)) {
      return;
    }
    List<Setting> all = Recipe.ENGINE.list(recipe);
    Set<String> options = new HashSet<>();
    for (Setting setting : all) {
      if (!options.add(setting.option())) {
        twice.add(setting.key() + " " + setting.option());
      }
      // The option of a choice belongs to what the choice is part of.
      String place = String.join(".", setting.path().subList(0, setting.path().size() - 1));
      byPlace.computeIfAbsent(place, none -> new HashSet<>()).add(setting.option());
    }
    for (Setting setting : all) {
      if (setting.isKind()) {
        Catalog<?> catalog = setting.catalog().orElseThrow();
        for (Kind<?> kind : catalog.kinds()) {
          ObjectNode tree = JsonNodeFactory.instance.objectNode();
          Settings.put(setting, TextNode.valueOf(kind.name()), tree);
          if (setting.path().size() == 1 || recipe.equals(Recipes.plain())) {
            visit(Recipe.ENGINE.read(tree, Recipes.plain()));
          }
          visit(Recipe.ENGINE.read(tree, onlyTop(recipe, setting)));
        }
      }
    }
  }

  /** The plain recipe with the one section that a setting is in. */
  private static Recipe onlyTop(Recipe recipe, Setting setting) {
    String section = setting.path().get(0);
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.set(section, Recipe.ENGINE.write(recipe).get(section));
    return Recipe.ENGINE.read(tree, Recipes.plain());
  }
}
