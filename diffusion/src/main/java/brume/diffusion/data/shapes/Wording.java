package brume.diffusion.data.shapes;

import java.util.ArrayList;
import java.util.List;

/**
 * Says what a scene shows. Each choice of words takes the interval that a number lies in for its own and hands
 * on where in it the number lies; so evenly drawn numbers choose evenly.
 */
final class Wording {

  private double chance;

  Wording(double chance) {
    this.chance = chance;
  }

  /** One of so many. */
  private int choice(int of) {
    double scaled = chance * of;
    int chosen = Math.min(of - 1, (int) scaled);
    chance = scaled - chosen;
    return chosen;
  }

  String of(Scene scene) {
    List<Figure> figures = shuffled(scene.figures());
    List<String> named = figures.stream().map(this::named).toList();
    return switch (named.size()) {
      case 1 ->
        choice(2) == 0 ? named.get(0) : named.get(0) + " " + figures.get(0).place();
      case 2 -> ofTwo(figures, named);
      default -> ofThree(figures, named);
    };
  }

  private List<Figure> shuffled(List<Figure> figures) {
    List<Figure> left = new ArrayList<>(figures), order = new ArrayList<>();
    while (!left.isEmpty()) {
      order.add(left.remove(choice(left.size())));
    }
    return order;
  }

  private String named(Figure figure) {
    return choice(2) == 0 ? "a " + figure.what() : "a " + figure.size() + " " + figure.what();
  }

  /** Half of them say how they lie. */
  private String ofTwo(List<Figure> figures, List<String> named) {
    String first = named.get(0), second = named.get(1);
    return switch (choice(4)) {
      case 0 -> first + " and " + second;
      case 1 -> "two shapes: " + first + " and " + second;
      default -> related(figures, named);
    };
  }

  /** Half of them say how two of them lie, where that is clear. */
  private String ofThree(List<Figure> figures, List<String> named) {
    String all = named.get(0) + ", " + named.get(1) + " and " + named.get(2);
    int form = choice(4);
    return form == 0 || form > 1 && !figures.get(0).isClearlyBeside(figures.get(1))
        ? all
        : form == 1 ? "three shapes: " + all : related(figures, named) + ", and " + named.get(2);
  }

  private static String related(List<Figure> figures, List<String> named) {
    return named.get(0) + " " + figures.get(0).relationTo(figures.get(1)) + " " + named.get(1);
  }
}
