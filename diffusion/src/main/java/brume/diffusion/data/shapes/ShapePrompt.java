package brume.diffusion.data.shapes;

/**
 * A text to draw a picture of.
 *
 * @param text what a model is told
 * @param wanted what the picture must show
 */
public record ShapePrompt(String text, Wanted wanted) {

  /**
   * A text in the words of captions.
   *
   * @param text such as {@code a small red circle left of a blue square}
   * @return with what it asks for
   * @throws IllegalArgumentException if it says something else than captions do
   */
  public static ShapePrompt of(String text) {
    return new ShapePrompt(text, Wanted.of(text));
  }
}
