package brume.diffusion.run;

import brume.diffusion.recipe.Recipe;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What tells recipes apart whose runs differ: not their lengths, nor what they show. */
final class Fingerprint {

  private Fingerprint() {}

  /** Hexadecimal digits of a SHA-256. */
  static String of(Recipe recipe) throws IOException {
    ObjectNode tree = Recipe.ENGINE.write(recipe);
    tree.remove(List.of("brume", "sampler", "clipping", "samples"));
    ((ObjectNode) tree.get("training"))
        .remove(List.of("steps", "checkpointEvery", "keep", "rewarmAfter", "rewarm"));
    ((ObjectNode) tree.get("data")).remove("path"); // data have a fingerprint of their own
    return Sha256.of(tree.toString().getBytes(StandardCharsets.UTF_8));
  }
}
