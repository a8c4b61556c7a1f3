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
 * What was learned before and stands between a model and its data, or tells it what to draw. It does not
 * change while the model learns.
 *
 * @param texts says something of texts, of networks that are told it
 * @param before draws what the network is told, once samples are drawn
 */
public record Encoders(Optional<TextEncoder> texts, Optional<Predecessor> before) {

  private static final Encoders NONE = new Encoders(Optional.empty(), Optional.empty());

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
    return NONE;
  }

  /**
   * Those that a recipe names, with what draws what the network is told.
   *
   * @param recipe of a run
   * @param run its folder
   * @param device where they are to live, owned by the innermost scope
   * @return the encoders
   * @throws IOException as of {@link #open}
   */
  public static Encoders drawing(Recipe recipe, RunFolder run, Device device) throws IOException {
    Encoders learned = open(recipe, run, device);
    Optional<String> before = recipe.condition().drawnBy();
    return before.isEmpty()
        ? learned
        : new Encoders(
            learned.texts(), Optional.of(Predecessor.open(run.upon(before.get()), device)));
  }

  /**
   * Whether samples are drawn as texts say.
   *
   * @return true if the model is told texts, or what tells it
   */
  public boolean readsTexts() {
    return texts.isPresent() || before.filter(Predecessor::readsTexts).isPresent();
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
