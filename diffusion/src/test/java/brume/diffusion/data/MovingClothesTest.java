package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MovingClothesTest {

  private static final int SIZE = 24;

  private static float[] video(Dataset data, int index, boolean flipped) throws IOException {
    float[] values = new float[data.pictureLength()];
    data.read(index, flipped, values, 0);
    return values;
  }

  /** Height, width and light of a frame: where its middle is, and how much of it there is. */
  private static double[] middle(float[] video, int frame) {
    double sum = 0, x = 0, y = 0;
    for (int i = 0; i < SIZE * SIZE; i++) {
      float value = video[frame * SIZE * SIZE + i];
      sum += value;
      y += value * (i / SIZE);
      x += value * (i % SIZE);
    }
    return new double[] {x / sum, y / sum, sum};
  }

  @Test
  void moreFramesGoOnWithTheSameVideo() throws IOException {
    float[] few = video(MovingClothes.of(3, SIZE, 10), 7, false);
    float[] many = video(MovingClothes.of(9, SIZE, 20_000), 7, false);
    assertArrayEquals(few, Arrays.copyOf(many, few.length));
  }

  /** As much light in every frame as in a quarter of the picture's pixels: nothing leaves the field. */
  @Test
  void theWholeOfItMovesAtOneSpeedAndTurnsAtTheEdges() throws IOException {
    try (MovingClothes data = MovingClothes.of(40, SIZE, 30);
        FashionMnist still = FashionMnist.load()) {
      int turns = 0;
      for (int n = 0; n < 30; n++) {
        double light = 0;
        for (float value : video(still, n, false)) {
          light += value / 4;
        }
        float[] video = video(data, n, false);
        double[] before = middle(video, 0);
        double pace = 0;
        for (int f = 0; f < 40; f++) {
          double[] now = middle(video, f);
          assertEquals(light, now[2], 1e-3 * light, n + ", frame " + f);
          double step = Math.hypot(now[0] - before[0], now[1] - before[1]);
          assertTrue(step <= 3.001, n + " " + step);
          turns += f > 1 && step < pace - 1e-3 ? 1 : 0;
          pace = Math.max(pace, step);
          before = now;
        }
        assertTrue(pace >= 0.999, n + " " + pace);
      }
      assertTrue(turns > 30, "turns at the edges: " + turns);
    }
  }

  /** 0 and the wall are where it turns; twice as far it is as it was. */
  @Test
  void placesAreFolded() {
    assertEquals(3, MovingClothes.bounced(3, 10), 1e-12);
    assertEquals(9, MovingClothes.bounced(11, 10), 1e-12);
    assertEquals(1, MovingClothes.bounced(21, 10), 1e-12);
    assertEquals(4, MovingClothes.bounced(-4, 10), 1e-12);
    assertEquals(8, MovingClothes.bounced(-32, 10), 1e-12);
  }

  @Test
  void mirroredVideosMoveTheOtherWay() throws IOException {
    MovingClothes data = MovingClothes.of(2, SIZE, 5);
    float[] plain = video(data, 4, false), mirrored = video(data, 4, true);
    for (int i = 0; i < plain.length; i++) {
      assertEquals(plain[i], mirrored[i / SIZE * SIZE + SIZE - 1 - i % SIZE]);
    }
  }

  @Test
  void classesAreThoseOfTheClothes() throws IOException {
    try (MovingClothes data = MovingClothes.of(2, SIZE, 10_005);
        FashionMnist still = FashionMnist.load()) {
      assertEquals(still.label(3), data.label(10_003));
      assertEquals(
          "10,005 videos of 2 frames of 24x24, 1 channel, from moving clothes of Fashion-MNIST (test set)",
          data.describe());
    }
  }

  @Test
  void whatCannotMoveIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> MovingClothes.of(2, 14, 1));
    assertThrows(IllegalArgumentException.class, () -> MovingClothes.of(0, 24, 1));
  }
}
