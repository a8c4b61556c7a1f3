package brume.diffusion.exchange;

import brume.diffusion.network.Networks;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.settings.SettingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the {@code config.json} of a network of diffusers says.
 *
 * @param part of a pipeline that the network is
 * @param settings of the network, as a recipe has them
 * @param channels of pictures
 * @param outChannels of answers
 * @param height of pictures, 0 if they may have any size
 * @param width of pictures, 0 if they may have any size
 * @param classes that it is told, beside the last of its class embeddings, which stands for none; 0 for
 *     a network that is told none
 */
record NetworkFile(
    String part,
    ObjectNode settings,
    int channels,
    int outChannels,
    int height,
    int width,
    int classes) {

  /** The networks of Brume that diffusers has. */
  static final List<String> KINDS = List.of(UnetFile.KIND, DiTFile.KIND);

  /** Reads a file of any of them. */
  static NetworkFile read(Path file) throws IOException {
    Options options = Options.read(file);
    return options.text("_class_name", UnetFile.CLASS).equals(DiTFile.CLASS)
        ? DiTFile.of(options)
        : UnetFile.of(options);
  }

  /** Whether half of its answers are variances, which its pipeline in diffusers leaves out. */
  boolean tellsVariance() {
    return part.equals(PipelineFolder.TRANSFORMER) && outChannels == 2 * channels;
  }

  /**
   * The file of a recipe's network.
   *
   * @throws IllegalArgumentException if diffusers has no such network
   */
  static ObjectNode write(Recipe recipe) {
    String kind = Part.of(Networks.CATALOG, recipe.network()).kind();
    SettingException.unless(
        KINDS.contains(kind),
        "{network}: expected %s, the only ones that diffusers has, got %s",
        String.join(" or ", KINDS),
        kind);
    SettingException.unless(
        recipe.patch() == 1, "{patch}: expected 1 for diffusers, got %d", recipe.patch());
    return isTransformer(recipe) ? DiTFile.write(recipe) : UnetFile.write(recipe);
  }

  /** Whether a recipe's network is a transformer. */
  static boolean isTransformer(Recipe recipe) {
    return Part.of(Networks.CATALOG, recipe.network()).kind().equals(DiTFile.KIND);
  }
}
