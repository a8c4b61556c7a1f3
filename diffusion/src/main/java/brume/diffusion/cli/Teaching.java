package brume.diffusion.cli;

import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.PictureSize;
import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.network.InversionSettings;
import brume.diffusion.network.Latents;
import brume.diffusion.network.LoraSettings;
import brume.diffusion.network.NetworkSettings;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How something small is taught to a folder that stays as it is, unless told otherwise. */
enum Teaching {

  /**
   * Low-rank adapters, in the way in which diffusers trains them.
   *
   * @see <a href="https://github.com/huggingface/diffusers/blob/main/examples/text_to_image/train_text_to_image_lora.py">
   *     train_text_to_image_lora.py</a>
   */
  ADAPTERS("--lora-from", 0.1, 1e-4) {
    @Override
    NetworkSettings network(String from) {
      return LoraSettings.ofAttention(from, RANK);
    }
  },

  /**
   * A word, in the way in which diffusers trains one.
   *
   * @see <a href="https://github.com/huggingface/diffusers/blob/main/examples/textual_inversion/textual_inversion.py">
   *     textual_inversion.py</a>
   */
  WORD("--token-from", 0, 2e-3) {
    @Override
    NetworkSettings network(String from) {
      return InversionSettings.of(from, "", "");
    }
  };
  private static final int RANK = 4, USUAL_SIDE = 512;

  private final String option;
  private final double dropped; // of the texts
  private final double rate;

  Teaching(String option, double dropped, double rate) {
    this.option = option;
    this.dropped = dropped;
    this.rate = rate;
  }

  /** What is taught, as the words of a command line have it, if something is. */
  static Optional<Teaching> asked(Words words) {
    List<Teaching> asked = Arrays.stream(values())
        .filter(each -> words.valueOf(each.option).isPresent())
        .toList();
    UsageException.unless(
        asked.size() < 2,
        "--token-from: expected without --lora-from, as a run teaches one thing, got both");
    return asked.stream().findFirst();
  }

  /** The folder that the words of a command line name. */
  Path folder(Words words) {
    return Path.of(words.valueOf(option).orElseThrow());
  }

  /** The network of a folder, or of one that is not known yet. */
  abstract NetworkSettings network(String from);

  /** A recipe that knows no folder yet; steps are fewer than in the scripts of diffusers. */
  Recipe plain() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("latents", "autoencoder").put("condition", "text");
    tree.putObject("objective").put("weighting", "uniform");
    return Recipe.ENGINE
        .read(tree, Recipes.plain())
        .with(
            ImagesSettings.of("", USUAL_SIDE, 3, false),
            network(""),
            new Clippings.None(),
            new Optimizers.AdamWSettings(0.9, 0.999, 1e-8, 0.01),
            new Rates.Constant(rate, 0),
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
  Recipe over(Recipe begin, Path place) throws IOException {
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
        network(from),
        new Latents.Encoded(
            from,
            folder.autoencoder().coder().factor(),
            folder.autoencoder().coder().latentChannels(),
            folder.autoencoder().scaling()),
        new Conditions.Texts(from, dropped, folder.tokenChannels(), 0),
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
