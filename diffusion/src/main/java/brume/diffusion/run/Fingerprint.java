package brume.diffusion.run;

import brume.diffusion.data.CaptionRule;
import brume.diffusion.data.Crop;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.LabelRule;
import brume.diffusion.data.augment.Augmentations;
import brume.diffusion.network.Latents;
import brume.diffusion.network.LoraSettings;
import brume.diffusion.objective.Conditions;
import brume.diffusion.recipe.Recipe;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What tells recipes apart whose runs differ: not their lengths, nor what they show. */
final class Fingerprint {

  /** Settings of data that name files and folders. */
  static final List<String> PLACES = List.of("path", "labelFile");

  private static final List<String> WORDS =
      List.of("texts", "dropTexts", "wordChannels", "skipped");

  private Fingerprint() {}

  /** Hexadecimal digits of a SHA-256. */
  static String of(Recipe recipe) throws IOException {
    ObjectNode tree = Recipe.ENGINE.write(recipe);
    tree.remove(
        List.of("brume", "sampler", "clipping", "guidance", "bestOf", "samples", "evaluation"));
    if (recipe.condition() instanceof Conditions.None) {
      tree.remove("condition"); // which recipes of 0.2.0 do not have
      if (!recipe.objective().tellsClasses()) {
        ((ObjectNode) tree.get("data")).remove(List.of("classes", "labels")); // told to nobody
      }
    }
    if (tree.get("condition") instanceof ObjectNode condition) {
      condition.remove("judge"); // which chooses among what is drawn
      if (recipe.condition().texts().isEmpty()) {
        condition.remove(WORDS); // which earlier recipes do not have
      }
    }
    if (recipe.augmentation() instanceof Augmentations.None) {
      tree.remove("augmentation"); // which recipes of 0.2.0 do not have
    }
    if (recipe.latents() instanceof Latents.Pixels) {
      tree.remove("latents"); // which recipes of 0.2.0 do not have
    }
    if (recipe.objective().seesNoise()) {
      ((ObjectNode) tree.get("objective")).remove("clean"); // which earlier recipes do not have
    }
    if (recipe.network() instanceof LoraSettings
        && recipe.network().adaptsTextsOf().isEmpty()) {
      ((ObjectNode) tree.get("network")).remove("textLayers"); // which earlier recipes do not have
    }
    ((ObjectNode) tree.get("training"))
        .remove(List.of("steps", "checkpointEvery", "keep", "rewarmAfter", "rewarm"));
    ObjectNode data = (ObjectNode) tree.get("data"); // data have a fingerprint of their own
    data.remove(PLACES);
    if (recipe.data().classes().isEmpty()) {
      data.remove("classes"); // which those of 0.2.0 do not have
    }
    if (recipe.data() instanceof ImagesSettings images) {
      forgetDefaults(images, data);
    }
    return Sha256.of(tree.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Removes what recipes of 0.2.0 do not have, where it is as it always was then. */
  private static void forgetDefaults(ImagesSettings images, ObjectNode data) {
    if (images.crop() == Crop.CENTER) {
      data.remove("crop");
    }
    if (images.box().isEmpty()) {
      data.remove("box");
    }
    if (images.labels() == LabelRule.AUTO) {
      data.remove("labels");
    }
    if (images.captions() == CaptionRule.AUTO) {
      data.remove("captions");
    }
  }
}
