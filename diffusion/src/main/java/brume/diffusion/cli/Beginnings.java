package brume.diffusion.cli;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Datasets;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.SettingsFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the options of a command line are laid over. */
final class Beginnings {

  private Beginnings() {}

  /** What a new run begins with: a preset, a model, the data that are named, and a file with settings. */
  static Recipe fresh(Words words, Optional<Origin> origin) throws IOException {
    Optional<String> named = words.valueOf("--preset"), word = words.valueOf("--data");
    Optional<String> file = words.valueOf("--config");
    JsonNode settings = file.isPresent() // read once, as a pipe can be
        ? SettingsFile.read(Path.of(file.get()))
        : JsonNodeFactory.instance.objectNode();
    String source = file.orElse("options");
    Optional<Teaching> taught = Teaching.asked(words);
    try {
      DataSettings data = word.isPresent()
          ? Datasets.named(word.get())
          : Recipes.overlay(settings, source, Recipes.plain()).data();
      Recipe begin = taught.isPresent() && named.isEmpty()
          ? taught.get().plain()
          : Presets.named(named.orElse(data.preset())).recipe();
      if (origin.isPresent()) {
        begin = origin.get().over(begin);
      }
      if (word.isPresent()) {
        data = Moved.placed(data, begin.data());
        begin = begin.with(data);
      }
      if (taught.isPresent()) {
        begin = taught.get().over(begin, taught.get().folder(words));
        data = Moved.placed(data, begin.data()); // which now have the size of the folder
      }
      Recipe over = Recipes.overlay(settings, source, begin);
      Recipe recipe =
          hasNetworkOf(begin, over) ? over : Recipes.overlay(settings, source, begin.withPatch(1));
      return word.isPresent() ? recipe.with(Moved.placed(data, recipe.data())) : recipe;
    } catch (SettingException refused) {
      throw new UsageException(refused.sentence(key -> "--" + key) + hint(words));
    }
  }

  /** Patches suit the network of a preset: another one begins without, and may be told some. */
  static boolean hasNetworkOf(Recipe preset, Recipe chosen) {
    return chosen.network().getClass().equals(preset.network().getClass());
  }

  /** What to do where only the first of many ranks can see the data. */
  private static String hint(Words words) {
    Optional<String> place = words.valueOf("--data").filter(word -> !Files.exists(Path.of(word)));
    return words.valueOf("--ranks").isPresent() && place.isPresent()
        ? "; with --ranks, if only rank 0 has it, name its kind, too, as in images:" + place.get()
        : "";
  }
}
