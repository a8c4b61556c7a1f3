package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import brume.diffusion.data.CaptionRule;
import brume.diffusion.data.Crop;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.LabelRule;
import brume.diffusion.data.PictureSize;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.SamplesSettings;
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
    assertEquals(
        Sha256.of(old.toString().getBytes(StandardCharsets.UTF_8)), Fingerprint.of(recipe));
  }

  @Test
  void whatIsKeptOfPicturesTellsRecipesApart() throws IOException {
    String middle = Fingerprint.of(recipe(Crop.CENTER, List.of()));
    assertNotEquals(middle, Fingerprint.of(recipe(Crop.NONE, List.of())));
    assertNotEquals(middle, Fingerprint.of(recipe(Crop.CENTER, List.of(0, 0, 9, 9))));
  }
}
