package brume.diffusion.data.shapes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeJudgeTest {

  private static final int SIDE = 32;
  private static final RandomKey KEY = RandomKey.of(11);
  private static final ShapeJudge JUDGE = ShapeJudge.of(SIDE);

  private static Scene scene(long i) {
    return Scene.of(KEY.child(i), Scene.MOST, Combinations.ALL);
  }

  /** Blur as of a decoder, its deviation in pixels, and noise of each number. */
  @ParameterizedTest
  @CsvSource({"0, 0, 0.995", "0.7, 0.03, 0.98", "1, 0.05, 0.98"})
  void sceneIsRecognizedWithItsSizesAndPlaces(double blur, double noise, double least) {
    int count = 400, named = 0, right = 0;
    for (int i = 0; i < count; i++) {
      Scene scene = scene(i);
      float[] picture = noisy(blurred(scene.picture(SIDE), blur), noise, i);
      Judgement judgement = JUDGE.judge(picture, Wanted.of(scene.caption(i / (double) count)));
      named += judgement.named() ? 1 : 0;
      right += judgement.all() ? 1 : 0;
    }
    assertTrue(named >= least * count, "names of " + named);
    assertTrue(right >= least * count, "all of " + right);
  }

  @Test
  void figuresAreMeasured() {
    for (int i = 0; i < 50; i++) {
      List<Figure> found = JUDGE.figures(scene(i).picture(SIDE));
      for (Figure drawn : scene(i).figures()) {
        Figure same = found.stream()
            .filter(each -> each.what().equals(drawn.what()))
            .findFirst()
            .orElseThrow(() -> new AssertionError(drawn + " of " + found));
        assertEquals(drawn.x(), same.x(), 0.004);
        assertEquals(drawn.y(), same.y(), 0.004);
        assertEquals(drawn.width(), same.width(), 0.004);
      }
    }
  }

  /** What another scene shows is not what was wanted, and one figure more or less is wrong. */
  @Test
  void whatIsNotWantedIsWrong() {
    Figure circle = figure("red circle", 0.25, 0.3, 0.4),
        cross = figure("blue cross", 0.75, 0.7, 0.25);
    assertTrue(
        judged("a large red circle and a small blue cross", circle, cross).all());
    assertTrue(judged("a blue cross right of a red circle", circle, cross).all());
    assertFalse(judged("a red circle", circle, cross).named());
    assertFalse(judged("a red circle and a blue cross", circle).named());
    assertFalse(judged("a red cross and a blue circle", circle, cross).named());
    assertFalse(judged("a red circle and a green cross", circle, cross).named());
    Judgement small = judged("a small red circle and a blue cross", circle, cross);
    assertTrue(small.named() && !small.sizes() && small.places(), small.toString());
    Judgement above = judged("a blue cross left of a red circle", circle, cross);
    assertTrue(above.named() && above.sizes() && !above.places(), above.toString());
    assertFalse(judged("a red circle on the right", circle).places());
    assertTrue(judged("a red circle at the top left", circle).all());
    Figure twin = figure("red circle", 0.75, 0.3, 0.25);
    assertFalse(judged("a red circle", circle, twin).named());
  }

  private static Judgement judged(String text, Figure... figures) {
    return JUDGE.judge(new Scene(Arrays.asList(figures)).picture(SIDE), Wanted.of(text));
  }

  private static Figure figure(String what, double x, double y, double width) {
    return new Figure(Wanted.of(what).figures().get(0).what(), x, y, width);
  }

  @Test
  void noFiguresAreFoundWhereThereAreNone() {
    float[] picture = new float[SIDE * SIDE * 3];
    assertEquals(List.of(), JUDGE.figures(picture));
    Arrays.fill(picture, Float.NaN);
    assertEquals(List.of(), JUDGE.figures(picture));
    float[] noise = noisy(new float[SIDE * SIDE * 3], 0.1, 3);
    assertEquals(List.of(), JUDGE.figures(noise));
  }

  /** A bar is a figure of no kind: it is not passed over. */
  @Test
  void whatIsOfNoKindIsUnclear() {
    float[] picture = new Scene(List.of(figure("red circle", 0.25, 0.25, 0.3))).picture(SIDE);
    for (int x = 4; x < 28; x++) {
      for (int y = 24; y < 27; y++) {
        picture[(y * SIDE + x) * 3 + 1] = 0.72f; // green
      }
    }
    Judgement judgement = JUDGE.judge(picture, Wanted.of("a red circle"));
    assertEquals(1, judgement.unclear());
    assertFalse(judgement.named());
  }

  @Test
  void otherSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> ShapeJudge.of(4));
    assertThrows(IllegalArgumentException.class, () -> JUDGE.figures(new float[12]));
  }

  private static float[] noisy(float[] picture, double deviation, long number) {
    float[] noise = new float[picture.length];
    KEY.child("noise", number).fillNormal(0, noise, 0, noise.length);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) Math.max(0, Math.min(1, picture[i] + deviation * noise[i]));
    }
    return noise;
  }

  private static float[] blurred(float[] picture, double deviation) {
    return deviation == 0 ? picture : blurred(blurred(picture, deviation, 3), deviation, 3 * SIDE);
  }

  /** Along rows or columns, whose pixels are a stride apart. */
  private static float[] blurred(float[] picture, double deviation, int stride) {
    List<Double> weights = new ArrayList<>();
    for (int d = -4; d <= 4; d++) {
      weights.add(Math.exp(-d * d / (2 * deviation * deviation)));
    }
    double sum = weights.stream().mapToDouble(each -> each).sum();
    float[] all = new float[picture.length];
    for (int i = 0; i < all.length; i++) {
      int at = i / stride % SIDE;
      for (int d = -4; d <= 4; d++) {
        int other = Math.max(0, Math.min(SIDE - 1, at + d));
        all[i] += (float) (weights.get(d + 4) / sum * picture[i + (other - at) * stride]);
      }
    }
    return all;
  }
}
