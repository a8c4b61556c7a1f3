package brume.diffusion.cli;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Encoders;
import brume.diffusion.run.RunFolder;
import brume.diffusion.settings.Setting;
import brume.diffusion.settings.Settings;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/** Options that name runs on which another is to build. */
final class Upon {

  private static final Set<String> OPTIONS = Set.of(
      "--lora-from",
      "--token-from",
      "--latents-from",
      "--vectors-from",
      "--text-from",
      "--judge-from",
      "--picture-from",
      "--low-from",
      "--prior-from");

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
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    for (Setting setting : Recipe.ENGINE.list(recipe)) {
      String name = setting.now().asText();
      if (OPTIONS.contains(setting.option())
          && given.hasMatchedOption(setting.option())
          && !name.isBlank()) {
        Path place = Path.of(name).toAbsolutePath().normalize();
        Settings.put(setting, TextNode.valueOf(place.toString()), tree);
      }
    }
    return tree.isEmpty()
        ? recipe
        : Encoders.resolved(Recipe.ENGINE.read(tree, recipe), new RunFolder(Path.of("")));
  }
}
