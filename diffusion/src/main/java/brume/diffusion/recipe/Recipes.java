package brume.diffusion.recipe;

import brume.diffusion.data.Datasets;
import brume.diffusion.data.augment.Augmentations;
import brume.diffusion.guidance.Guidances;
import brume.diffusion.network.Latents;
import brume.diffusion.network.Networks;
import brume.diffusion.objective.Conditions;
import brume.diffusion.objective.Objectives;
import brume.diffusion.optimize.Averages;
import brume.diffusion.optimize.Clips;
import brume.diffusion.optimize.Optimizers;
import brume.diffusion.optimize.Rates;
import brume.diffusion.process.Clippings;
import brume.diffusion.process.Processes;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** Recipes in files. */
public final class Recipes {

  private Recipes() {}

  /**
   * The defaults of the first kind of every choice: what a file of a run leaves out.
   *
   * @return a recipe that trains, though no published one
   */
  public static Recipe plain() {
    return new Recipe(
        Version.BRUME,
        0,
        Datasets.CATALOG.kinds().get(0).defaults(),
        Augmentations.CATALOG.kinds().get(0).defaults(),
        Latents.CATALOG.kinds().get(0).defaults(),
        1,
        Networks.CATALOG.kinds().get(0).defaults(),
        Conditions.CATALOG.kinds().get(0).defaults(),
        Processes.CATALOG.kinds().get(0).defaults(),
        Objectives.CATALOG.kinds().get(0).defaults(),
        Optimizers.CATALOG.kinds().get(0).defaults(),
        Rates.CATALOG.kinds().get(0).defaults(),
        Averages.CATALOG.kinds().get(0).defaults(),
        new TrainingSettings(2500, 32, 1, Clips.CATALOG.kinds().get(0).defaults(), 500, 2, 0, 0),
        Samplers.CATALOG.kinds().get(0).defaults(),
        Clippings.CATALOG.kinds().get(0).defaults(),
        Guidances.CATALOG.kinds().get(0).defaults(),
        1,
        new SamplesSettings(64, 500),
        EvaluationSettings.none());
  }

  /**
   * Reads the recipe of a run; that of version 0.1.0, too.
   *
   * @param file {@code config.json}
   * @return all settings; those that the file leaves out have their defaults
   * @throws IOException if it cannot be read or is no recipe
   */
  public static Recipe read(Path file) throws IOException {
    return overlay(file, plain());
  }

  /**
   * Lays the settings of a file over a recipe.
   *
   * @param file JSON with some or all settings
   * @param base what is not in it
   * @return a recipe
   * @throws IOException if the file cannot be read or is no recipe
   */
  public static Recipe overlay(Path file, Recipe base) throws IOException {
    return overlay(SettingsFile.read(file), file.toString(), base);
  }

  /**
   * Lays settings over a recipe.
   *
   * @param tree JSON with some or all settings, those of version 0.1.0, too
   * @param source what to call it in a message
   * @param base what is not in it
   * @return a recipe
   * @throws IOException if it is no recipe
   */
  public static Recipe overlay(JsonNode tree, String source, Recipe base) throws IOException {
    try {
      return Recipe.ENGINE.read(OldRuns.isOld(tree) ? OldRuns.migrated(tree) : tree, base);
    } catch (SettingException refused) {
      throw new IOException(source + ": " + refused.sentence(key -> key), refused);
    }
  }

  /**
   * Writes a recipe, replacing the file at one stroke.
   *
   * @param file where to
   * @param recipe all settings
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Recipe recipe) throws IOException {
    SettingsFile.write(file, Recipe.ENGINE.write(recipe));
  }
}
