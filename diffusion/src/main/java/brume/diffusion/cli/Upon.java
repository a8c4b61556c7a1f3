package brume.diffusion.cli;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Encoders;
import brume.diffusion.run.RunFolder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** Options that name runs on which another is to build. */
final class Upon {

  // Of each option the choice and the setting that it stands for.
  private static final Map<String, String> OPTIONS = Map.of(
      "--lora-from", "/network/from",
      "--token-from", "/network/from",
      "--latents-from", "/latents/folder",
      "--vectors-from", "/latents/folder",
      "--text-from", "/condition/from",
      "--picture-from", "/condition/from",
      "--low-from", "/condition/from",
      "--prior-from", "/condition/drawnFrom");

  private Upon() {}

  /**
   * A recipe that finds the runs that were named from wherever it is read, with their sizes.
   *
   * @param recipe of a new run
   * @param given the options
   * @return the recipe
   * @throws IOException if one of them cannot be read
   */
  static Recipe resolved(Recipe recipe, ParseResult given) throws IOException {
    ObjectNode tree = Recipe.ENGINE.write(recipe);
    boolean named = false;
    for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
      if (given.hasMatchedOption(option.getKey())) {
        String pointer = option.getValue();
        int slash = pointer.lastIndexOf('/');
        ObjectNode choice = (ObjectNode) tree.at(pointer.substring(0, slash));
        String setting = pointer.substring(slash + 1);
        Path place = Path.of(choice.path(setting).asText()).toAbsolutePath().normalize();
        choice.put(setting, place.toString());
        named = true;
      }
    }
    return named
        ? Encoders.resolved(Recipe.ENGINE.read(tree, recipe), new RunFolder(Path.of("")))
        : recipe;
  }
}
