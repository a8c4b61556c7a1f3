package brume.diffusion.data.shapes;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.stream.IntStream;

/** Texts by which a model that draws shapes is tried: always the same ones, worded like captions. */
public final class ShapePrompts {

  private ShapePrompts() {}

  /**
   * The first texts of a list that never ends. They are captions of scenes that are no data of
   * {@link brume.diffusion.data.ShapePictures}, of one, two and three figures as often.
   *
   * @param combinations of kinds and colours: {@link Combinations#SEEN} for what training shows,
   *     {@link Combinations#HELD_BACK} for what it never shows
   * @param count how many, at least 1
   * @return the texts
   */
  public static List<ShapePrompt> of(Combinations combinations, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          Text.of("prompts: expected a count of 1 or more, got %d", count));
    }
    RandomKey key = RandomKey.of(0).child("prompts").child(combinations.name());
    return IntStream.range(0, count)
        .mapToObj(i -> ShapePrompt.of(Scene.of(key.child(i), Scene.MOST, combinations)
            .caption(key.child("wording").uniform(i))))
        .toList();
  }
}
