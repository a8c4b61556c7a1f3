package brume.diffusion.run;

import brume.diffusion.objective.Batch;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Device;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was learned before and stands between a model and its data: it says something of texts. It does not
 * change while the model learns.
 *
 * @param texts of networks that are told texts
 */
public record Encoders(Optional<TextEncoder> texts) {

  private static final Encoders NONE = new Encoders(Optional.empty());

  /**
   * Nothing stands between.
   *
   * @return no encoders
   */
  public static Encoders none() {
    return NONE;
  }

  /**
   * Those that a recipe names.
   *
   * @param recipe of a run
   * @param run its folder, in which some of them may lie
   * @param device where they are to live, owned by the innermost scope
   * @return the encoders
   * @throws IOException if one is missing or damaged, or another than the recipe says
   */
  public static Encoders open(Recipe recipe, RunFolder run, Device device) throws IOException {
    Optional<String> texts = recipe.condition().texts();
    return texts.isEmpty() ? NONE : NONE;
  }

  /**
   * A recipe with everything spelled out that the runs tell on which it builds.
   *
   * @param recipe of a run
   * @param run its folder
   * @return the recipe
   * @throws IOException if one of them cannot be read
   */
  public static Recipe resolved(Recipe recipe, RunFolder run) throws IOException {
    return recipe;
  }

  /**
   * A batch as the model sees it.
   *
   * @param batch as it was read
   * @param captions a text of each sample; none if nothing looks at them
   * @param key of the step
   * @return with what encoders say, owned by the innermost scope
   */
  public Batch encoded(Batch batch, List<String> captions, RandomKey key) {
    if (texts.isEmpty()) {
      return batch;
    }
    List<String> all = new ArrayList<>(captions);
    all.add(""); // what is said where nothing is told
    return batch.withSaid(texts.get().said(all));
  }
}
