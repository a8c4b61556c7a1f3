package brume.diffusion.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomFeaturesTest {

  private static final Shape PICTURE = Shape.of(9, 12, 3);

  private static float[] pictures(int count) {
    double[] values = new double[count * PICTURE.size()];
    RandomKey.of(3).fillUniform(0, values, 0, values.length);
    float[] pictures = new float[values.length];
    IntStream.range(0, values.length).forEach(i -> pictures[i] = (float) values[i]);
    return pictures;
  }

  private static double[][] features(float[] pictures) {
    try (Scope scope = Scope.open()) {
      return new RandomFeatures(Backends.reference(), PICTURE).of(pictures);
    }
  }

  @Test
  void aPictureHasTheSameFeaturesWhateverTheOthers() {
    float[] three = pictures(3);
    double[][] together = features(three);
    assertEquals(RandomFeatures.WIDTH, together[0].length);
    for (int i = 0; i < 3; i++) {
      float[] one = Arrays.copyOfRange(three, i * PICTURE.size(), (i + 1) * PICTURE.size());
      assertArrayEquals(together[i], features(one)[0], 1e-12);
    }
  }

  /** Without biases a network of rectifiers is homogeneous: half the contrast, half of all features. */
  @Test
  void halfTheContrastHalvesAllFeatures() {
    float[] picture = pictures(1), half = picture.clone(), grey = picture.clone();
    Arrays.fill(grey, 0.5f);
    for (int i = 0; i < half.length; i++) {
      half[i] = (half[i] + 0.5f) / 2;
    }
    double[] whole = features(picture)[0];
    assertArrayEquals(
        Arrays.stream(whole).map(value -> value / 2).toArray(), features(half)[0], 1e-6);
    assertArrayEquals(new double[RandomFeatures.WIDTH], features(grey)[0], 0);
    assertEquals(RandomFeatures.WIDTH, Arrays.stream(whole).distinct().count());
  }

  @Test
  void keepsTheMagnitudeOfWhatItSees() {
    double square = Arrays.stream(features(pictures(64)))
        .flatMapToDouble(Arrays::stream)
        .map(value -> value * value)
        .average()
        .orElseThrow();
    assertEquals(
        2 * 1.0 / 3, square, 0.5); // numbers even in [-1, 1], and no rectifier behind the sums
  }

  @Test
  void picturesOfOtherSizesAreRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> features(new float[7]));
    assertEquals(
        "features: expected pictures of (9, 12, 3), 324 numbers each, got 7 numbers",
        refused.getMessage());
  }
}
