package brume.diffusion.data.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SceneTest {

  private static final RandomKey KEY = RandomKey.of(5);

  private static List<Scene> scenes(int count, Combinations combinations) {
    return IntStream.range(0, count)
        .mapToObj(i -> Scene.of(KEY.child(i), Scene.MOST, combinations))
        .toList();
  }

  @Test
  void figuresLieApartAndWithinInDifferentColors() {
    int[] counts = new int[Scene.MOST];
    for (Scene scene : scenes(3000, Combinations.ALL)) {
      List<Figure> figures = scene.figures();
      counts[figures.size() - 1]++;
      assertEquals(
          figures.size(),
          figures.stream().map(each -> each.what().color()).distinct().count());
      for (Figure one : figures) {
        double reach = one.width() / 2;
        assertTrue(Math.min(one.x(), one.y()) >= reach + 0.019, one.toString());
        assertTrue(Math.max(one.x(), one.y()) <= 1 - reach - 0.019, one.toString());
        assertTrue(
            figures.stream().allMatch(other -> other == one || one.isApartFrom(other, 0.06)));
      }
      assertTrue(figures.size() != 2 || figures.get(0).isClearlyBeside(figures.get(1)));
    }
    for (int count : counts) {
      assertTrue(Math.abs(count - 1000) < 120, Arrays.toString(counts));
    }
  }

  /** What training sees and what is held back have nothing in common, and nothing lacks. */
  @Test
  void combinationsAreSeenOrHeldBack() {
    Set<Set<Combination>> seen = new HashSet<>();
    for (Scene scene : scenes(5000, Combinations.SEEN)) {
      seen.addAll(together(scene));
    }
    int unseen = 0;
    for (Scene scene : scenes(2000, Combinations.HELD_BACK)) {
      assertFalse(seen.containsAll(together(scene)), scene.toString());
      unseen += seen.containsAll(alone(scene)) ? 1 : 0;
    }
    assertTrue(unseen > 200, "only by pairs: " + unseen);
    assertEquals(20, seen.stream().filter(each -> each.size() == 1).count());
    assertEquals(166 - 22, seen.stream().filter(each -> each.size() == 2).count());
    Set<FigureColor> colors = new HashSet<>();
    Combination.all().stream()
        .filter(Combination::isHeldBack)
        .forEach(each -> colors.add(each.color()));
    assertEquals(4, colors.size());
  }

  private static Set<Set<Combination>> together(Scene scene) {
    Set<Set<Combination>> together = alone(scene);
    for (Figure one : scene.figures()) {
      for (Figure other : scene.figures()) {
        together.add(new HashSet<>(Arrays.asList(one.what(), other.what())));
      }
    }
    return together;
  }

  private static Set<Set<Combination>> alone(Scene scene) {
    Set<Set<Combination>> alone = new HashSet<>();
    scene.figures().forEach(each -> alone.add(Set.of(each.what())));
    return alone;
  }

  @Test
  void captionsAreTrueInFewWordsAndManyWordings() {
    Set<String> words = new TreeSet<>(), wordings = new HashSet<>();
    for (Scene scene : scenes(2000, Combinations.ALL)) {
      for (double chance = 0.005; chance < 1; chance += 0.09) {
        String caption = scene.caption(chance);
        words.addAll(Arrays.asList(caption.split("[ ,:]+")));
        wordings.add(caption);
        assertShows(scene, Wanted.of(caption), caption);
      }
    }
    assertTrue(words.size() < 60, words.toString());
    assertTrue(wordings.size() > 5000, "" + wordings.size());
  }

  /** All that is said is so, and every figure is said. */
  private static void assertShows(Scene scene, Wanted wanted, String caption) {
    List<Figure> named = new ArrayList<>();
    for (Wanted.OfFigure each : wanted.figures()) {
      Figure figure = scene.figures().stream()
          .filter(one -> one.what().equals(each.what()))
          .findFirst()
          .orElseThrow(() -> new AssertionError(caption + " of " + scene));
      assertTrue(each.size().isEmpty() || each.size().get() == figure.size(), caption);
      assertTrue(each.place().isEmpty() || each.place().get() == figure.place(), caption);
      named.add(figure);
    }
    assertEquals(Set.copyOf(scene.figures()), Set.copyOf(named), caption);
    for (Wanted.OfTwo each : wanted.relations()) {
      Figure first = named.get(each.first()), second = named.get(each.second());
      assertEquals(each.relation(), first.relationTo(second), caption);
    }
  }

  @Test
  void everyWordingComesAsOftenAsItsNeighbors() {
    Scene alone = Scene.of(KEY, 1, Combinations.ALL);
    Set<String> four = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      four.add(alone.caption(i / 4.0));
    }
    assertEquals(4, four.size(), four.toString());
  }

  @Test
  void textsOfPeopleAreRead() {
    Wanted wanted = Wanted.of("A small RED circle at the top left, and the large blue cross.");
    assertEquals(
        List.of(
            new Wanted.OfFigure(
                new Combination(FigureKind.CIRCLE, FigureColor.RED),
                Optional.of(FigureSize.SMALL),
                Optional.of(FigurePlace.TOP_LEFT)),
            new Wanted.OfFigure(
                new Combination(FigureKind.CROSS, FigureColor.BLUE),
                Optional.of(FigureSize.LARGE),
                Optional.empty())),
        wanted.figures());
    assertEquals(
        List.of(new Wanted.OfTwo(0, FigureRelation.RIGHT_OF, 1)),
        Wanted.of("a red cross right of a blue cross").relations());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "two shapes",
        "a circle",
        "a red dog",
        "a red blue circle",
        "a red circle and a small",
        "left of a red circle",
        "a red circle above",
        "at the top a red circle",
        "a red circle at the top on the left",
        "a red circle, a blue circle, a green circle and a cyan circle"
      })
  void otherTextsAreRefused(String text) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> Wanted.of(text)).getMessage();
    assertTrue(
        said.startsWith("shapes: expected a text that names 1 to 3 of circle, square, "), said);
  }

  @Test
  void promptsAreTheSameAndOfTheirCombinations() {
    List<ShapePrompt> heldBack = ShapePrompts.of(Combinations.HELD_BACK, 200);
    assertEquals(heldBack.subList(0, 50), ShapePrompts.of(Combinations.HELD_BACK, 50));
    for (ShapePrompt each : heldBack) {
      assertTrue(isHeldBack(each.wanted()), each.text());
    }
    for (ShapePrompt each : ShapePrompts.of(Combinations.SEEN, 200)) {
      assertFalse(isHeldBack(each.wanted()), each.text());
    }
  }

  private static boolean isHeldBack(Wanted wanted) {
    return Combinations.HELD_BACK.has(
        wanted.figures().stream().map(Wanted.OfFigure::what).toList());
  }
}
