package brume.diffusion.run;

import brume.diffusion.objective.Batch;
import brume.diffusion.recipe.Recipe;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was learned before and stands between a model and its data: it says something of texts, or takes them
 * apart into words. It does not change while the model learns.
 *
 * @param texts of networks that are told texts
 * @param words of networks that read texts themselves
 */
public record Encoders(Optional<TextEncoder> texts, Optional<RunTokenizer> words) {

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
    Optional<TextEncoder> texts = Optional.empty();
    if (recipe.condition().texts().isPresent()) {
      texts = Optional.of(texts(recipe, run.upon(recipe.condition().texts().get()), device));
    }
    Optional<RunTokenizer> words = Optional.empty();
    if (recipe.network().reads().isPresent()) {
      words = Optional.of(RunTokenizer.open(run, recipe.network().reads().get()));
    }
    return texts.isEmpty() && words.isEmpty() ? NONE : new Encoders(texts, words);
  }

  private static TextEncoder texts(Recipe recipe, RunFolder from, Device device)
      throws IOException {
    TextEncoder texts = TowersRun.open(from, device).words();
    if (texts.channels() != recipe.condition().tokenChannels()) {
      throw new IOException(Text.of(
          "%s: expected a run that says %d numbers of a word, as the recipe has it, got one that says %d; give the"
              + " run that this one was trained with",
          from.path(), recipe.condition().tokenChannels(), texts.channels()));
    }
    return texts;
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
    Optional<String> texts = recipe.condition().texts();
    if (texts.isEmpty() || recipe.condition().tokenChannels() > 0) {
      return recipe;
    }
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.putObject("condition").put("channels", TowersRun.channels(run.upon(texts.get())));
    return Recipe.ENGINE.read(tree, recipe);
  }

  /**
   * Whether captions of samples are looked at.
   *
   * @return true if {@link #encoded} wants some
   */
  public boolean read() {
    return texts.isPresent() || words.isPresent();
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
    Batch read = words.isEmpty() ? batch : batch.withWords(words.get().rows(captions));
    if (texts.isEmpty()) {
      return read;
    }
    List<String> all = new ArrayList<>(captions);
    all.add(""); // what is said where nothing is told
    return read.withSaid(texts.get().said(all));
  }
}
