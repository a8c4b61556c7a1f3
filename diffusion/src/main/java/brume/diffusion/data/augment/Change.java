package brume.diffusion.data.augment;

import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Locale;

/**
 * A change of pictures, in the order in which several are done. Each is told as numbers that are zero where
 * nothing was done, and that lie close together for changes that look alike.
 *
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), appendix F.2</a>
 */
public enum Change {

  /** Left and right change sides, in half of all pictures. Told as 1. */
  MIRROR(1, key -> new double[] {key.below(0, 2)}, (w, raster) -> w, (Effect.OnPlaces)
      (w, r, y, x) -> r.at(y, w[0] == 1 ? r.width() - 1 - x : x)),

  /** Top and bottom change sides, in half of those drawn. Told as 1. */
  FLIP(1, key -> new double[] {key.below(0, 2)}, (w, raster) -> w, (Effect.OnPlaces)
      (w, r, y, x) -> r.at(w[0] == 1 ? r.height() - 1 - y : y, x)),

  /** By quarters of a circle, none to three. Told as whether left and right, and top and bottom, do. */
  TURN(
      2,
      key -> new double[] {key.below(0, 4)},
      (w, raster) -> new double[] {w[0] == 1 || w[0] == 2 ? 1 : 0, w[0] >= 2 ? 1 : 0},
      (Effect.OnPlaces) (w, r, y, x) -> turned((int) w[0], r, y, x)),

  /**
   * By whole pixels to the right and up, up to an eighth of the size. Told as shares of that eighth. What
   * comes in is mirrored.
   */
  MOVE(
      2,
      key -> new double[] {symmetric(key, 0), symmetric(key, 1)},
      (w, r) -> new double[] {
        pixels(w[0], r.width()) / eighth(r.width()), pixels(w[1], r.height()) / eighth(r.height())
      },
      (Effect.OnPlaces) (w, r, y, x) -> r.at(
          Raster.mirrored(y + pixels(w[1], r.height()), r.height()),
          Raster.mirrored(x - pixels(w[0], r.width()), r.width()))),

  /** Larger by 2^(w/5), w normal. Told as w. */
  SCALE(1, key -> new double[] {key.normal(0)}, (w, raster) -> w, (Effect.OnPlane)
      (w, raster) -> stretched(-w[0], -w[0])),

  /** By any angle. Told as cos − 1 and sin. */
  ROTATE(
      2,
      key -> new double[] {Math.PI * symmetric(key, 0)},
      (w, raster) -> new double[] {Math.cos(w[0]) - 1, Math.sin(w[0])},
      (Effect.OnPlane) (w, raster) -> Matrix.rotation(w[0])),

  /**
   * Longer by 2^(w/5) in a direction and shorter by that across it, w normal. The direction is that of rows
   * for half of those drawn, else at any angle r to it. Told as w·cos r and w·sin r.
   */
  STRETCH(
      2,
      key -> new double[] {
        key.normal(0),
        key.uniform(4) < 0.5f ? Math.PI * symmetric(key, 5) : 0 // 4: not of one block
      },
      (w, raster) -> new double[] {w[0] * Math.cos(w[1]), w[0] * Math.sin(w[1])},
      (Effect.OnPlane) (w, raster) ->
          Matrix.rotation(-w[1]).times(stretched(-w[0], w[0])).times(Matrix.rotation(w[1]))),

  /** By normal numbers, of which 1 is an eighth of the size. Told as these. */
  SHIFT(2, key -> new double[] {key.normal(0), key.normal(1)}, (w, raster) -> w, (Effect.OnPlane)
      (w, r) -> Matrix.translation(-w[0] * eighth(r.width()), -w[1] * eighth(r.height()))),

  /** Lighter by w/5 in [−1, 1], w normal. Told as w. */
  BRIGHTNESS(1, key -> new double[] {key.normal(0)}, (w, raster) -> w, (Effect.OnColors)
      w -> Matrix.lighting(1, w[0] * 0.2)),

  /** Farther from gray by 2^(w/2), w normal. Told as w. */
  CONTRAST(1, key -> new double[] {key.normal(0)}, (w, raster) -> w, (Effect.OnColors)
      w -> Matrix.lighting(Math.pow(2, w[0] * 0.5), 0)),

  /** Light and dark change places, hue stays, in half of those drawn. Told as 1. */
  INVERT(1, key -> new double[] {key.below(0, 2)}, (w, raster) -> w, (Effect.OnColors)
      w -> Matrix.parting(1 - 2 * w[0], 1)),

  /** Hues by any angle. Told as cos − 1 and sin. */
  HUE(
      2,
      key -> new double[] {Math.PI * symmetric(key, 0)},
      (w, raster) -> new double[] {Math.cos(w[0]) - 1, Math.sin(w[0])},
      (Effect.OnColors) w -> Matrix.hue(w[0])),

  /** More colorful by 2^w, w normal. Told as w. */
  SATURATION(1, key -> new double[] {key.normal(0)}, (w, raster) -> w, (Effect.OnColors)
      w -> Matrix.parting(1, Math.pow(2, w[0])));

  private final int told;
  private final Drawing drawing;
  private final Telling telling;
  private final Effect effect;

  /** Draws the numbers of a change. */
  @FunctionalInterface
  private interface Drawing {
    double[] of(RandomKey key);
  }

  /** Tells a network the numbers of a change. */
  @FunctionalInterface
  private interface Telling {
    double[] of(double[] drawn, Raster raster);
  }

  Change(int told, Drawing drawing, Telling telling, Effect effect) {
    this.told = told;
    this.drawing = drawing;
    this.telling = telling;
    this.effect = effect;
  }

  /** How many numbers tell it. */
  int told() {
    return told;
  }

  /** Its numbers for a picture to which it is done. */
  double[] draw(RandomKey key) {
    return drawing.of(key);
  }

  /** What a network is told of these numbers. */
  double[] tell(double[] drawn, Raster raster) {
    return Arrays.copyOf(telling.of(drawn, raster), told);
  }

  /** What it does. */
  Effect effect() {
    return effect;
  }

  /** Whether pictures of some channels can look different after it. */
  boolean hasEffectOn(int channels) {
    boolean colorful = this == HUE || this == SATURATION;
    return !(effect instanceof Effect.OnColors) || channels == 3 || channels == 1 && !colorful;
  }

  /** How the command line calls it. */
  String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double symmetric(RandomKey key, long element) {
    return 2.0 * key.uniform(element) - 1;
  }

  private static double eighth(int size) {
    return size * 0.125;
  }

  private static int pixels(double share, int size) {
    return (int) Math.rint(share * eighth(size));
  }

  private static Matrix stretched(double x, double y) {
    return Matrix.scaling(Math.pow(2, x * 0.2), Math.pow(2, y * 0.2));
  }

  private static int turned(int quarters, Raster raster, int y, int x) {
    int last = raster.width() - 1;
    int row = quarters % 2 == 1 ? x : y, column = quarters % 2 == 1 ? y : x;
    return raster.at(
        quarters >= 2 ? last - row : row, quarters == 1 || quarters == 2 ? last - column : column);
  }
}
