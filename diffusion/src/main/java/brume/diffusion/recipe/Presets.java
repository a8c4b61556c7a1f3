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
import java.util.List;

/** Recipes that just work, and published ones: {@code presets/*.json}, each with its source. */
public final class Presets {

  private static final List<String> NAMES = List.of(
      "fashion",
      "fashion-classes",
      "edm-fashion",
      "karras-fashion",
      "flow-dit-fashion",
      "pictures",
      "toy:swissroll",
      "toy:gaussian8",
      "toy:gaussian25",
      "series",
      "moving",
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
   */
  public record Preset(String name, String about, String source, String figures, Recipe recipe) {}

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
        toy ? recipe.with(Datasets.named(name)) : recipe);
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
