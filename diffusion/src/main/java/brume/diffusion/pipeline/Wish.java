package brume.diffusion.pipeline;

import brume.tensor.Text;
import java.util.List;

/**
 * What pictures shall show.
 *
 * @param prompts texts that are drawn in turn, at least one
 * @param negatives for each of them a text to be led away from, or one for all; none for the empty text
 * @param seconds for each prompt what a second text encoder reads instead; none for the same
 * @param skipped layers at the end of the text encoder that are left out, which others call clip skip
 */
public record Wish(
    List<String> prompts, List<String> negatives, List<String> seconds, int skipped) {

  /** Refuses another number of texts to be led away from. {@inheritDoc} */
  public Wish {
    prompts = List.copyOf(prompts);
    negatives = List.copyOf(negatives);
    seconds = seconds.isEmpty() ? prompts : List.copyOf(seconds);
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("wish: expected at least one text to draw, got none");
    }
    if (negatives.size() > 1 && negatives.size() != prompts.size()) {
      throw new IllegalArgumentException(Text.of(
          "wish: expected one negative text or one for each of %d prompts, got %d",
          prompts.size(), negatives.size()));
    }
    if (seconds.size() != prompts.size()) {
      throw new IllegalArgumentException(Text.of(
          "wish: expected for each of %d prompts a text of the second encoder, got %d",
          prompts.size(), seconds.size()));
    }
  }

  /**
   * A text and nothing else.
   *
   * @param prompt what pictures shall show
   * @return the wish
   */
  public static Wish of(String prompt) {
    return new Wish(List.of(prompt), List.of(), List.of(), 0);
  }

  /**
   * The same, led away from a text.
   *
   * @param negative what pictures shall not show
   * @return the wish
   */
  public Wish without(String negative) {
    return new Wish(prompts, List.of(negative), seconds, skipped);
  }

  /**
   * For each prompt the text to be led away from.
   *
   * @return the empty one where none is given
   */
  public List<String> opposites() {
    String only = negatives.isEmpty() ? "" : negatives.get(0);
    return negatives.size() == prompts.size()
        ? negatives
        : prompts.stream().map(prompt -> only).toList();
  }
}
