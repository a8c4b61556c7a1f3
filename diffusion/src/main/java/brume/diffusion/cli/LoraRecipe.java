package brume.diffusion.cli;

import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.PictureSize;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.network.Latents;
import brume.diffusion.network.LoraSettings;
import brume.diffusion.objective.Conditions;
import brume.diffusion.optimize.Averages;
import brume.diffusion.optimize.Clips;
import brume.diffusion.optimize.Optimizers;
import brume.diffusion.optimize.Rates;
import brume.diffusion.process.Clippings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.recipe.SamplesSettings;
import brume.diffusion.recipe.TrainingSettings;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How low-rank adapters of a folder are trained, unless told otherwise. */
final class LoraRecipe {

  private static final int RANK = 4, USUAL_SIDE = 512;
  private static final double DROPPED = 0.1; // of the texts, as the folders were trained

  private LoraRecipe() {}

  /**
   * The way in which diffusers trains them, in fewer steps.
   *
   * @return a recipe that knows no folder yet
   * @see <a href="https://github.com/huggingface/diffusers/blob/main/examples/text_to_image/train_text_to_image_lora.py">
   *     train_text_to_image_lora.py</a>
   */
  static Recipe plain() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("latents", "autoencoder").put("condition", "text");
    tree.putObject("objective").put("weighting", "uniform");
    return Recipe.ENGINE
        .read(tree, Recipes.plain())
        .with(
            ImagesSettings.of("", USUAL_SIDE, 3, false),
            LoraSettings.ofAttention("", RANK),
            new Clippings.None(),
            new Optimizers.AdamWSettings(0.9, 0.999, 1e-8, 0.01),
            new Rates.Constant(1e-4, 0),
            new Averages.None(),
            new TrainingSettings(1000, 1, 4, new Clips.Norm(1), 250, 2, 0, 0),
            new SamplesSettings(4, 250));
  }

  /**
   * A recipe with the network, latents, texts, process and size of pictures of a folder.
   *
   * @param begin what is not of the folder
   * @param place the folder
   * @return the recipe
   * @throws IOException if the folder is none of Stable Diffusion, or damaged
   */
  static Recipe over(Recipe begin, Path place) throws IOException {
    Path whole = place.toAbsolutePath().normalize();
    if (!StableDiffusionFolder.isOne(whole)) {
      throw new IOException(place
          + ": expected a folder of diffusers of Stable Diffusion, with model_index.json and text_encoder,"
          + " found none");
    }
    StableDiffusionFolder folder = StableDiffusionFolder.open(whole, Optional.empty());
    if (folder.paints() || folder.smaller().isPresent()) {
      throw new IOException(
          place + ": expected a model that draws of texts alone, got one that paints or enlarges");
    }
    String from = whole.toString();
    Recipe drawn = folder.recipe();
    Recipe adapted = begin.with(
        LoraSettings.ofAttention(from, RANK),
        new Latents.Encoded(
            from,
            folder.autoencoder().coder().factor(),
            folder.autoencoder().coder().latentChannels(),
            folder.autoencoder().scaling()),
        new Conditions.Texts(from, DROPPED, folder.tokenChannels()),
        drawn.process(),
        drawn.sampler(),
        drawn.guidance(),
        new Clippings.None());
    return folder
        .pictureSize()
        .filter(size -> begin.data() instanceof ImagesSettings)
        .map(size -> sized(adapted, new PictureSize(size[0], size[1])))
        .orElse(adapted);
  }

  /** Files are cut and scaled to the size of the folder; other data have the size they have. */
  private static Recipe sized(Recipe recipe, PictureSize size) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.putObject("data").put("size", size.toString());
    return Recipe.ENGINE.read(tree, recipe);
  }
}
