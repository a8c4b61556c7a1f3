package brume.diffusion.data.shapes;

import brume.diffusion.data.shapes.Wanted.OfFigure;
import brume.diffusion.data.shapes.Wanted.OfTwo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether a picture shows what was wanted.
 *
 * @param found figures of the picture
 * @param unclear how many further spots are so large that they must be figures, but of no kind
 * @param named whether every kind and colour that was named is there, and nothing else
 * @param sizes whether each figure has the size that was said; true if none was
 * @param places whether each lies where it was said, and to others as was said; true if nothing was
 */
public record Judgement(
    List<Figure> found, int unclear, boolean named, boolean sizes, boolean places) {

  /** Copies the list. {@inheritDoc} */
  public Judgement {
    found = List.copyOf(found);
  }

  /**
   * Whether the picture is right in all that was said.
   *
   * @return true if it is right in names, sizes and places
   */
  public boolean all() {
    return named && sizes && places;
  }

  /** Sizes and places of what is not there are wrong; a figure that is there too often is looked at once. */
  static Judgement of(List<Figure> found, int unclear, Wanted wanted) {
    List<Optional<Figure>> meant = wanted.figures().stream()
        .map(each ->
            found.stream().filter(figure -> figure.what().equals(each.what())).findFirst())
        .toList();
    boolean sizes = true, places = true;
    for (int i = 0; i < meant.size(); i++) {
      OfFigure each = wanted.figures().get(i);
      Optional<Figure> figure = meant.get(i);
      sizes &= each.size().isEmpty() || figure.map(Figure::size).equals(each.size());
      places &= each.place().isEmpty() || figure.map(Figure::place).equals(each.place());
    }
    for (OfTwo each : wanted.relations()) {
      Optional<Figure> second = meant.get(each.second());
      Optional<FigureRelation> there =
          meant.get(each.first()).flatMap(first -> second.map(first::relationTo));
      places &= there.equals(Optional.of(each.relation()));
    }
    boolean named = unclear == 0
        && sorted(found.stream().map(Figure::what).toList())
            .equals(sorted(wanted.figures().stream().map(OfFigure::what).toList()));
    return new Judgement(found, unclear, named, sizes, places);
  }

  private static List<Combination> sorted(List<Combination> some) {
    List<Combination> order = new ArrayList<>(some);
    order.sort(Comparator.comparing(Combination::kind).thenComparing(Combination::color));
    return order;
  }
}
