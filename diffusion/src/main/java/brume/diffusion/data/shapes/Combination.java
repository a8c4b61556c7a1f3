package brume.diffusion.data.shapes;

import java.util.Arrays;
import java.util.List;

/**
 * A kind of figure in a colour. Four of the 24, one of each kind and each in another colour, are held back: a
 * model that was never shown one draws it only if it has learned what the two words mean. So are pairs of
 * others, about one in seven, as each of them is often seen beside the rest.
 *
 * @param kind of the figure
 * @param color of all of it
 */
public record Combination(FigureKind kind, FigureColor color) {

  private static final int COLORS = FigureColor.values().length;
  private static final int PAIRS = 7; // one in so many is held back
  private static final List<Combination> ALL = Arrays.stream(FigureKind.values())
      .flatMap(
          kind -> Arrays.stream(FigureColor.values()).map(color -> new Combination(kind, color)))
      .toList();

  /**
   * All of them.
   *
   * @return 24, by kind and then by colour
   */
  public static List<Combination> all() {
    return ALL;
  }

  /**
   * Whether no picture for training shows it.
   *
   * @return true for a yellow circle, a purple square, a green triangle and a blue cross
   */
  public boolean isHeldBack() {
    return switch (kind) {
      case CIRCLE -> color == FigureColor.YELLOW;
      case SQUARE -> color == FigureColor.PURPLE;
      case TRIANGLE -> color == FigureColor.GREEN;
      case CROSS -> color == FigureColor.BLUE;
    };
  }

  /**
   * Whether no picture for training shows both.
   *
   * @param other combination
   * @return true also if one of them is held back alone
   */
  public boolean isHeldBackWith(Combination other) {
    return isHeldBack()
        || other.isHeldBack()
        || (number() + other.number()) % PAIRS == PAIRS / 2; // in any order
  }

  private int number() {
    return kind.ordinal() * COLORS + color.ordinal();
  }

  /**
   * The words for it.
   *
   * @return such as {@code red circle}
   */
  @Override
  public String toString() {
    return color + " " + kind;
  }
}
