package brume.diffusion.data.shapes;

import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a text asks a picture to show: the figures, and how some of them lie to each other. Of sizes and places
 * only what the text says is asked for.
 *
 * @param figures in the order of the text, 1 to 3
 * @param relations between them
 */
public record Wanted(List<OfFigure> figures, List<OfTwo> relations) {

  private static final int SHOWN = 80; // characters of a text in a message
  private static final Set<String> FILLING = Set.of(
      "a", "an", "the", "and", "with", "is", "are", "one", "two", "three", "shape", "shapes");
  private static final Map<String, FigurePlace> PLACES = byWords(FigurePlace.values());
  private static final Map<String, FigureRelation> RELATIONS = byWords(FigureRelation.values());
  private static final Map<String, FigureKind> KINDS = byWords(FigureKind.values());
  private static final Map<String, FigureColor> COLORS = byWords(FigureColor.values());
  private static final Map<String, FigureSize> SIZES = byWords(FigureSize.values());

  /** Copies the lists. {@inheritDoc} */
  public Wanted {
    figures = List.copyOf(figures);
    relations = List.copyOf(relations);
  }

  /**
   * What is asked of one figure.
   *
   * @param what its kind and colour
   * @param size if it is said
   * @param place if it is said
   */
  public record OfFigure(
      Combination what, Optional<FigureSize> size, Optional<FigurePlace> place) {}

  /**
   * How one figure shall lie to another.
   *
   * @param first number of the one in {@link Wanted#figures}
   * @param relation of the first to the second
   * @param second number of the other
   */
  public record OfTwo(int first, FigureRelation relation, int second) {}

  /**
   * Reads a text in the words of {@link Scene#caption}, in any order that makes sense of them.
   *
   * @param text such as {@code a small red circle left of a blue square}, in any case
   * @return what it asks for
   * @throws IllegalArgumentException if it names no figure or more than three, or has other words in it
   */
  public static Wanted of(String text) {
    return new Reading(text).all();
  }

  /**
   * What a scene shows of itself when everything is said.
   *
   * @param scene any
   * @return kinds, colours and sizes; places are left open
   */
  public static Wanted of(Scene scene) {
    return new Wanted(
        scene.figures().stream()
            .map(each -> new OfFigure(each.what(), Optional.of(each.size()), Optional.empty()))
            .toList(),
        List.of());
  }

  private static <T> Map<String, T> byWords(T[] values) {
    Map<String, T> map = new HashMap<>();
    Arrays.stream(values).forEach(value -> map.put(value.toString(), value));
    return map;
  }

  /** One use of a text. */
  private static final class Reading {

    private static final int LONGEST = 4; // words of a place

    private final String text;
    private final List<String> words;
    private final List<OfFigure> figures = new ArrayList<>();
    private final List<OfTwo> relations = new ArrayList<>();
    private int at;
    private Optional<FigureSize> size = Optional.empty(); // of the figure that comes next
    private Optional<FigureColor> color = Optional.empty();
    private Optional<FigureRelation> relation = Optional.empty(); // of the last to the next

    Reading(String text) {
      this.text = text;
      this.words = Arrays.stream(text.toLowerCase(Locale.ROOT).split("[\\s,.:;]+"))
          .filter(word -> !word.isEmpty())
          .toList();
    }

    Wanted all() {
      while (at < words.size()) {
        read();
      }
      if (figures.isEmpty()
          || figures.size() > Scene.MOST
          || size.isPresent()
          || color.isPresent()
          || relation.isPresent()) {
        throw wrong(figures.size() > Scene.MOST ? figures.size() + " of them" : "a part of it");
      }
      return new Wanted(figures, relations);
    }

    private void read() {
      String word = words.get(at);
      Optional<FigurePlace> place = longest(PLACES);
      Optional<FigureRelation> beside = place.isPresent() ? Optional.empty() : longest(RELATIONS);
      if (place.isPresent()) {
        put(place.get());
      } else if (beside.isPresent()) {
        relation = once(relation, beside.get(), !figures.isEmpty());
      } else if (SIZES.containsKey(word)) {
        size = once(size, SIZES.get(word), color.isEmpty());
        at++;
      } else if (COLORS.containsKey(word)) {
        color = once(color, COLORS.get(word), true);
        at++;
      } else if (KINDS.containsKey(word)) {
        figure(KINDS.get(word));
        at++;
      } else if (FILLING.contains(word)) {
        at++;
      } else {
        throw wrong("the word " + Text.shown(word, SHOWN));
      }
    }

    /** What the next words mean together, the most of them that mean something. */
    private <T> Optional<T> longest(Map<String, T> meanings) {
      for (int n = Math.min(LONGEST, words.size() - at); n > 0; n--) {
        T meant = meanings.get(String.join(" ", words.subList(at, at + n)));
        if (meant != null) {
          at += n;
          return Optional.of(meant);
        }
      }
      return Optional.empty();
    }

    private <T> Optional<T> once(Optional<T> before, T now, boolean inPlace) {
      if (before.isPresent() || !inPlace) {
        throw wrong("a part of it");
      }
      return Optional.of(now);
    }

    private void figure(FigureKind kind) {
      if (color.isEmpty()) {
        throw wrong("a " + kind + " without a color");
      }
      figures.add(new OfFigure(new Combination(kind, color.get()), size, Optional.empty()));
      int second = figures.size() - 1;
      relation.ifPresent(each -> relations.add(new OfTwo(second - 1, each, second)));
      size = Optional.empty();
      color = Optional.empty();
      relation = Optional.empty();
    }

    /** Of the figure before, which has none yet. */
    private void put(FigurePlace place) {
      int last = figures.size() - 1;
      if (last < 0 || size.isPresent() || color.isPresent() || relation.isPresent()) {
        throw wrong("a part of it");
      }
      OfFigure figure = figures.get(last);
      figures.set(
          last, new OfFigure(figure.what(), figure.size(), once(figure.place(), place, true)));
    }

    private IllegalArgumentException wrong(String got) {
      return new IllegalArgumentException(Text.of(
          "shapes: expected a text that names 1 to %d of %s, each in one of %s, maybe small or large and"
              + " where, got %s in \"%s\"",
          Scene.MOST,
          Arrays.toString(FigureKind.values()).replaceAll("[\\[\\]]", ""),
          Arrays.toString(FigureColor.values()).replaceAll("[\\[\\]]", ""),
          got,
          Text.shown(text, SHOWN)));
    }
  }
}
