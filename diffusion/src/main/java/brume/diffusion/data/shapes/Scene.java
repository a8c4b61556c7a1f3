package brume.diffusion.data.shapes;

import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a picture shows: one to three figures of different colours that do not touch, on a dark ground. Of two
 * figures it is clear whether they lie side by side or one above the other.
 *
 * @param figures in no order that means anything
 */
public record Scene(List<Figure> figures) {

  /** Most figures of a scene. */
  public static final int MOST = 3;

  private static final double EDGE = 0.02, GAP = 0.06; // shares of the side
  private static final int TRIES = 30; // places for figures of the same sizes

  /** Copies the list. {@inheritDoc} */
  public Scene {
    figures = List.copyOf(figures);
  }

  /**
   * One of endlessly many scenes.
   *
   * @param key of the scene
   * @param most figures, from 1 to {@value #MOST}; each number is drawn as often
   * @param combinations which may be in it
   * @return the same scene for the same arguments
   */
  public static Scene of(RandomKey key, int most, Combinations combinations) {
    if (most < 1 || most > MOST) {
      throw new IllegalArgumentException(
          Text.of("scene: expected 1 to %d figures, got %d", MOST, most));
    }
    int count = 1 + key.child("count").below(0, most);
    List<Combination> what = drawn(key.child("what"), count, combinations);
    return count == 1 ? alone(what.get(0), key.child("place")) : placed(what, key.child("place"));
  }

  /** Combinations of different colours, drawn until they are of those that are asked for. */
  private static List<Combination> drawn(RandomKey key, int count, Combinations combinations) {
    List<Combination> all = Combination.all();
    for (long i = 0; ; i += count) {
      List<Combination> some = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        some.add(all.get(key.below(i + n, all.size())));
      }
      if (differ(some) && combinations.has(some)) {
        return some;
      }
    }
  }

  private static boolean differ(List<Combination> some) {
    Set<FigureColor> colors = EnumSet.noneOf(FigureColor.class);
    return some.stream().allMatch(one -> colors.add(one.color()));
  }

  /** In one of nine places, well away from where the next begins. */
  private static Scene alone(Combination what, RandomKey key) {
    double width = FigureSize.values()[key.below(0, 2)].width(key.uniform(1));
    double x = third(key.below(2, 3), key.uniform(3), width);
    double y = third(key.below(4, 3), key.uniform(5), width);
    return new Scene(List.of(new Figure(what, x, y, width)));
  }

  private static double third(int which, double chance, double width) {
    double least = EDGE + width / 2, most = 0.35;
    double before = least + chance * (most - least);
    return which == 0 ? before : which == 2 ? 1 - before : 0.45 + 0.1 * chance;
  }

  /** Anywhere, drawn until they lie apart, of new sizes now and then. */
  private static Scene placed(List<Combination> what, RandomKey key) {
    double[] widths = new double[what.size()];
    for (int i = 0; ; i++) {
      RandomKey attempt = key.child(i);
      List<Figure> figures = new ArrayList<>();
      for (int n = 0; n < widths.length; n++) {
        if (i % TRIES == 0) {
          widths[n] =
              FigureSize.values()[attempt.below(4L * n, 2)].width(attempt.uniform(4L * n + 1));
        }
        double room = 1 - widths[n] - 2 * EDGE;
        double x = EDGE + widths[n] / 2 + room * attempt.uniform(4L * n + 2);
        double y = EDGE + widths[n] / 2 + room * attempt.uniform(4L * n + 3);
        figures.add(new Figure(what.get(n), x, y, widths[n]));
      }
      if (areApart(figures)) {
        return new Scene(figures);
      }
    }
  }

  private static boolean areApart(List<Figure> figures) {
    for (int i = 0; i < figures.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (!figures.get(i).isApartFrom(figures.get(j), GAP)) {
          return false;
        }
      }
    }
    return figures.size() > 2 || figures.get(0).isClearlyBeside(figures.get(1));
  }

  /**
   * Draws it.
   *
   * @param side height and width of the picture, in pixels
   * @return (side, side, 3) values in [0, 1]; edges are as smooth as pixels allow
   */
  public float[] picture(int side) {
    float[] picture = new float[side * side * 3];
    draw(side, picture, 0);
    return picture;
  }

  /**
   * Draws it into a larger array.
   *
   * @param side height and width of the picture, in pixels
   * @param into receives (side, side, 3) values in [0, 1]
   * @param offset where in {@code into} the first value goes
   */
  public void draw(int side, float[] into, int offset) {
    Arrays.fill(into, offset, offset + side * side * 3, (float) FigureColor.BACKGROUND);
    figures.forEach(figure -> figure.draw(side, into, offset));
  }

  /**
   * What a mirror shows of it.
   *
   * @return left and right have changed sides
   */
  public Scene mirrored() {
    return new Scene(figures.stream()
        .map(each -> new Figure(each.what(), 1 - each.x(), each.y(), each.width()))
        .toList());
  }

  /**
   * A text of it, in one of many wordings, which say more or less of it; kinds and colours are always said.
   *
   * @param chance in [0, 1), which the wording follows from
   * @return such as {@code a small red circle left of a blue square}
   */
  public String caption(double chance) {
    return new Wording(chance).of(this);
  }
}
