package brume.diffusion.data;

import brume.diffusion.data.shapes.Combination;
import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.data.shapes.Scene;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Objects;

/**
 * Pictures of one to three figures with texts that say what they show, drawn when they are read. What picture n
 * shows follows from n, whatever the size of the pictures and however many there are; nothing is stored.
 * Pictures of a single figure have its kind and colour for a class.
 */
public final class ShapePictures implements Dataset {

  private static final int SMALLEST = 16, LARGEST = 128;

  private final int side;
  private final int count;
  private final int most;
  private final Combinations combinations;
  private final List<Combination> single;
  private final RandomKey scenes;

  private ShapePictures(int side, int count, int most, Combinations combinations) {
    this.side = side;
    this.count = count;
    this.most = most;
    this.combinations = combinations;
    this.single = most == 1 ? combinations.single() : List.of();
    this.scenes = RandomKey.of(0).child("shapes");
  }

  /**
   * The first pictures of the set.
   *
   * @param side height and width in pixels, 16 to 128
   * @param count how many, at least 1
   * @param most figures of a picture, 1 to 3
   * @param combinations of kinds and colours that are shown
   * @return the pictures
   */
  public static ShapePictures of(int side, int count, int most, Combinations combinations) {
    if (side < SMALLEST || side > LARGEST || count < 1 || most < 1 || most > Scene.MOST) {
      throw new IllegalArgumentException(Text.of(
          "shapes: expected a size of %d to %d, a count of 1 or more and 1 to %d figures, got %d, %d and %d",
          SMALLEST, LARGEST, Scene.MOST, side, count, most));
    }
    return new ShapePictures(side, count, most, combinations);
  }

  /**
   * What a picture shows.
   *
   * @param index the picture's number, in [0, size)
   * @return its figures
   */
  public Scene scene(int index) {
    return Scene.of(scenes.child(Objects.checkIndex(index, count)), most, combinations);
  }

  @Override
  public int size() {
    return count;
  }

  @Override
  public int height() {
    return side;
  }

  @Override
  public int width() {
    return side;
  }

  @Override
  public int channels() {
    return 3;
  }

  @Override
  public List<String> classes() {
    return single.stream().map(Combination::toString).toList();
  }

  @Override
  public int label(int index) {
    return single.isEmpty()
        ? Dataset.super.label(index)
        : single.indexOf(scene(index).figures().get(0).what());
  }

  @Override
  public boolean captioned() {
    return true;
  }

  @Override
  public String caption(int index, double chance) {
    return scene(index).caption(chance);
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) {
    (flipped ? scene(index).mirrored() : scene(index)).draw(side, into, offset);
  }

  @Override
  public String source() {
    return "shapes";
  }
}
