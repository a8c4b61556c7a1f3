package brume.diffusion.cli;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Model;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.settings.Guess;
import brume.diffusion.settings.SettingException;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ways of drawing samples of one run: samplers, each with several numbers of steps. */
final class Ways {

  private static final String ALL = "all";
  private static final String SMOOTH = "ddim";
  private static final int ENOUGH = 25;
  private static final List<Integer> USUAL = List.of(5, 10, 20);

  private Ways() {}

  /** A way of drawing, with the number of steps that was asked for. */
  record Way(String name, int steps, Recipe recipe) {

    /** Refuses steps that the process does not have, and ways that do not begin with noise. */
    static Way of(String name, int steps, Recipe recipe) {
      Sampler sampler = recipe.sampler().create(recipe.reverse());
      SettingException.unless(
          sampler.drawsFromNoise(), "{sampler}: expected one that draws from noise, got %s", name);
      return new Way(name, steps, recipe);
    }

    /** With what the model has learned of the process. */
    Sampler sampler(Model model) {
      return recipe.sampler().create(model.reverse(recipe));
    }
  }

  /**
   * The ways that were asked for.
   *
   * @param recipe of the run
   * @param samplers names with commas between them, or all; null for that of the recipe
   * @param steps numbers with commas between them; null for the usual ones, or that of the recipe, but of
   *     ddim at most {@value #ENOUGH}, more of which change figures little
   * @return each sampler with each number
   */
  static List<Way> of(Recipe recipe, @Nullable String samplers, @Nullable String steps) {
    String own = Samplers.CATALOG.of(recipe.sampler()).name();
    if (samplers == null && steps == null) {
      int usual = recipe.sampler().create(recipe.reverse()).steps();
      return List.of(
          own.equals(SMOOTH) && usual > ENOUGH
              ? Way.of(own, ENOUGH, with(recipe, own, ENOUGH))
              : Way.of(own, usual, recipe));
    }
    boolean all = ALL.equals(samplers);
    List<String> names = all
        ? Samplers.CATALOG.names()
        : samplers == null ? List.of(own) : Arrays.asList(samplers.split(",", -1));
    List<Integer> numbers = steps == null ? USUAL : numbersOfSteps(steps);
    List<Way> ways = new ArrayList<>();
    List<String> undefined = new ArrayList<>();
    for (String name : names) {
      UsageException.unless(
          Samplers.CATALOG.names().contains(name),
          Text.of(
              "--samplers: expected all, or some of %s, got %s%s",
              String.join(", ", Samplers.CATALOG.names()),
              name,
              Guess.of(name, Samplers.CATALOG.names())));
      try {
        for (int number : numbers) {
          ways.add(Way.of(name, number, with(recipe, name, number)));
        }
      } catch (IllegalArgumentException misfit) {
        UsageException.unless(all, Text.of("--samplers: %s: %s", name, sentence(misfit)));
        ways.removeIf(way -> way.name().equals(name));
        undefined.add(name);
      }
    }
    if (!undefined.isEmpty()) {
      Telling.say(
          "left out, as this run's process has no such levels: " + String.join(", ", undefined));
    }
    return ways;
  }

  private static List<Integer> numbersOfSteps(String steps) {
    List<Integer> numbers = new ArrayList<>();
    for (String word : steps.split(",", -1)) {
      boolean whole = word.strip().matches("[1-9][0-9]{0,5}");
      UsageException.unless(
          whole, "--steps: expected numbers from 1 with commas between them, got " + steps);
      numbers.add(Integer.parseInt(word.strip()));
    }
    UsageException.unless(
        numbers.stream().distinct().count() == numbers.size(),
        "--steps: expected each number once, got " + steps);
    return numbers;
  }

  private static Recipe with(Recipe recipe, String sampler, int steps) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.putObject("sampler").put("kind", sampler).put("steps", steps);
    return Recipe.ENGINE.read(tree, recipe).checked();
  }

  private static String sentence(IllegalArgumentException misfit) {
    return misfit instanceof SettingException setting
        ? setting.sentence(name -> name)
        : String.valueOf(misfit.getMessage());
  }
}
