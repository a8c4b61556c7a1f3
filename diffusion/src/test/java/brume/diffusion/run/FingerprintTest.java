package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import brume.diffusion.data.CaptionRule;
import brume.diffusion.data.Crop;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.LabelRule;
import brume.diffusion.data.PictureSize;
import brume.diffusion.network.LoraSettings;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.SamplesSettings;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recipes are the same where runs do not differ. */
class FingerprintTest {

  private static Recipe recipe(Crop crop, List<Integer> box, String... classes) {
    ImagesSettings images = new ImagesSettings(
        "pictures",
        PictureSize.square(8),
        3,
        false,
        crop,
        box,
        LabelRule.AUTO,
        CaptionRule.AUTO,
        List.of(classes));
    return Presets.named(images.preset()).recipe().with(images, new SamplesSettings(0, 0));
  }

  @Test
  void recipesOfPicturesAreThoseOfVersionsThatOnlyKnewTheMiddle() throws IOException {
    Recipe recipe = recipe(Crop.CENTER, List.of(), "cat", "dog");
    assertEquals(sha(asOld(recipe)), Fingerprint.of(recipe));
  }

  /** What the fingerprint of a recipe of pictures was made of at first. */
  private static ObjectNode asOld(Recipe recipe) {
    ObjectNode old = Recipe.ENGINE.write(recipe);
    old.remove(List.of(
        "brume",
        "sampler",
        "clipping",
        "guidance",
        "bestOf",
        "samples",
        "condition",
        "augmentation",
        "latents",
        "evaluation"));
    ((ObjectNode) old.get("training"))
        .remove(List.of("steps", "checkpointEvery", "keep", "rewarmAfter", "rewarm"));
    ((ObjectNode) old.get("data"))
        .remove(List.of("path", "crop", "box", "labels", "captions", "classes"));
    return old;
  }

  private static String sha(ObjectNode tree) {
    return Sha256.of(tree.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void adaptersOfTheNetworkAreThoseOfVersionsThatKnewNoOthers() throws IOException {
    Recipe recipe = recipe(Crop.CENTER, List.of()).with(LoraSettings.ofAttention("folder", 4));
    ObjectNode old = asOld(recipe);
    ((ObjectNode) old.get("network")).remove("textLayers");
    assertEquals(sha(old), Fingerprint.of(recipe));
    ObjectNode more = JsonNodeFactory.instance.objectNode();
    more.putObject("network").putArray("textLayers").add("q_proj");
    assertNotEquals(sha(old), Fingerprint.of(Recipe.ENGINE.read(more, recipe)));
  }

  @Test
  void whatIsKeptOfPicturesTellsRecipesApart() throws IOException {
    String middle = Fingerprint.of(recipe(Crop.CENTER, List.of()));
    assertNotEquals(middle, Fingerprint.of(recipe(Crop.NONE, List.of())));
    assertNotEquals(middle, Fingerprint.of(recipe(Crop.CENTER, List.of(0, 0, 9, 9))));
  }
}
