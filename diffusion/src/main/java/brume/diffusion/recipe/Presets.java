package brume.diffusion.recipe;

import brume.diffusion.data.Datasets;
import brume.diffusion.settings.Guess;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Recipes that just work, and published ones: {@code presets/*.json}, each with its source. */
public final class Presets {

  private static final List<String> NAMES = List.of(
      "fashion",
      "fashion-classes",
      "edm-fashion",
      "karras-fashion",
      "flow-dit-fashion",
      "classifier-fashion",
      "features-fashion",
      "pictures",
      "toy:swissroll",
      "toy:gaussian8",
      "toy:gaussian25",
      "series",
      "moving",
      "shapes-text",
      "shapes-prior",
      "shapes-cascade",
      "seed002",
      "cifar10-ddpm",
      "celeba64-ddpm",
      "celebahq256-ddpm",
      "celeba64-conditional");

  private Presets() {}

  /**
   * A recipe with what is known about it.
   *
   * @param name of the preset
   * @param about one sentence
   * @param source paper or program it follows
   * @param figures what came of it there or here; empty if nothing is known
   * @param recipe all settings
   * @param stages runs that are trained before, within the folder of the run
   */
  public record Preset(
      String name, String about, String source, String figures, Recipe recipe, List<Stage> stages) {

    /** Copies the list. {@inheritDoc} */
    public Preset {
      stages = List.copyOf(stages);
    }
  }

  /**
   * A run that another builds upon.
   *
   * @param folder its own, within that of the other
   * @param settings of its recipe; what is missing of the data is as in the other run
   */
  public record Stage(String folder, JsonNode settings) {

    /**
     * Its recipe.
     *
     * @param last of the run that builds upon it
     * @return with data and seed of that run, where it has none of its own
     */
    public Recipe recipe(Recipe last) {
      Recipe plain = Recipes.plain().with(last.data()).withSeed(last.seed());
      return Recipe.ENGINE.read(settings, plain).writtenBy(last.brume());
    }
  }

  /**
   * Names of all presets.
   *
   * @return the default one first
   */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A preset.
   *
   * @param name of it
   * @return the preset
   * @throws SettingException if there is none of that name
   */
  public static Preset named(String name) {
    if (!NAMES.contains(name)) {
      throw new SettingException(Text.of(
          "{preset}: expected one of %s, got %s%s",
          String.join(", ", NAMES), name, Guess.of(name, NAMES)));
    }
    boolean toy = name.startsWith("toy:"); // one file for all, which differ in their data
    JsonNode file = read(toy ? "toy" : name);
    Recipe recipe = Recipe.ENGINE.read(file.path("recipe"), Recipes.plain());
    return new Preset(
        name,
        file.path("about").asText(),
        file.path("source").asText(),
        file.path("figures").asText(),
        toy ? recipe.with(Datasets.named(name)) : recipe,
        stages(file.path("stages")));
  }

  private static List<Stage> stages(JsonNode named) {
    List<Stage> stages = new ArrayList<>();
    named.properties().forEach(each -> stages.add(new Stage(each.getKey(), each.getValue())));
    return stages;
  }

  private static JsonNode read(String name) {
    String resource = "presets/" + name + ".json";
    try (InputStream in = Presets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("preset " + name + ": expected a resource, found none");
      }
      return SettingsFile.read(in, resource);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
