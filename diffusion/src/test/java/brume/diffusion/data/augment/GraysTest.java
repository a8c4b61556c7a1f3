package brume.diffusion.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingException;
import brume.tensor.Shape;
import brume.tensor.random.RandomKey;
import org.junit.jupiter.api.Test;

class GraysTest {

  private static final Raster RASTER = new Raster(2, 2, 3);
  private static final int BEFORE = 2, MANY = 20_000; // values before the picture; pictures

  /** Green, red, black and white, behind values of another picture. */
  private static float[] picture() {
    return new float[] {7, 8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 1, 9};
  }

  private static float[] changed(Grays grays, long position) {
    float[] values = picture();
    grays.change(position, values, BEFORE);
    return values;
  }

  @Test
  void asManyLoseTheirColorsAsIsSaid() {
    Grays some = new Grays(RASTER, 0.3, RandomKey.of(5));
    int gray = 0;
    for (int i = 0; i < MANY; i++) {
      float[] values = changed(some, i);
      if (values[BEFORE] == values[BEFORE + 1]) {
        gray++;
      } else {
        assertArrayEquals(picture(), values);
      }
    }
    assertEquals(0.3, gray / (double) MANY, 0.012);
  }

  /** Shares are those of three exponential numbers: each has a mean of 1/3 and a variance of 1/18. */
  @Test
  void colorsMixInAnyWayAndBrightnessSaysNothingOfThem() {
    Grays all = new Grays(RASTER, 1, RandomKey.of(6));
    double green = 0, squares = 0, white = 0, darkest = 9, brightest = 0;
    for (int i = 0; i < MANY; i++) {
      float[] values = changed(all, i);
      for (int pixel = 0; pixel < 4; pixel++) {
        int at = BEFORE + 3 * pixel;
        assertEquals(values[at], values[at + 1]);
        assertEquals(values[at], values[at + 2]);
      }
      double brightness = values[BEFORE + 9], share = values[BEFORE] / brightness;
      assertEquals(0, values[BEFORE + 6], "black");
      assertTrue(values[BEFORE] + values[BEFORE + 3] <= brightness + 1e-6, "green and red");
      green += share / MANY;
      squares += share * share / MANY;
      white += brightness / MANY;
      darkest = Math.min(darkest, brightness);
      brightest = Math.max(brightest, brightness);
    }
    assertEquals(1.0 / 3, green, 0.01);
    assertEquals(1.0 / 6, squares, 0.01);
    assertEquals(1, white, 0.01);
    assertEquals(0.6, darkest, 0.01);
    assertEquals(1.4, brightest, 0.01);
  }

  @Test
  void aPictureIsChangedAsItsPositionSaysAndNothingBesideIt() {
    Grays all = new Grays(RASTER, 1, RandomKey.of(7));
    float[] once = changed(all, 4);
    assertArrayEquals(once, changed(all, 4));
    assertTrue(Math.abs(once[BEFORE] - changed(all, 5)[BEFORE]) > 1e-4);
    assertEquals(7, once[0]);
    assertEquals(8, once[1]);
    assertEquals(9, once[once.length - 1]);
    assertEquals(0, all.told(4).length);
  }

  @Test
  void whatHasNoColorsIsRefused() {
    var grayscale = new Augmentations.Grayscale(0.5);
    grayscale.requireFitting(Shape.of(4, 4, 3), 1);
    assertThrows(
        SettingException.class,
        () -> grayscale.requireFitting(Shape.of(4, 4, 1), 1),
        "one channel");
    assertThrows(
        SettingException.class, () -> grayscale.requireFitting(Shape.of(8, 4, 3), 2), "a video");
    assertThrows(
        SettingException.class,
        () -> new Augmentations.Grayscale(0).requireFitting(Shape.of(4, 4, 3), 1),
        "no effect");
  }
}
