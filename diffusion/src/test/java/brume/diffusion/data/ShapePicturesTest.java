package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.data.shapes.Figure;
import brume.diffusion.data.shapes.Scene;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShapePicturesTest {

  private static final int SIDE = 32;

  private static float[] picture(Dataset data, int index, boolean flipped) throws IOException {
    float[] values = new float[data.pictureLength()];
    data.read(index, flipped, values, 0);
    return values;
  }

  @Test
  void whatAPictureShowsFollowsFromItsNumberAlone() throws IOException {
    ShapePictures few = ShapePictures.of(SIDE, 10, 3, Combinations.SEEN);
    ShapePictures many = ShapePictures.of(64, 20_000, 3, Combinations.SEEN);
    Set<Scene> all = new HashSet<>();
    for (int n = 0; n < 10; n++) {
      assertEquals(few.scene(n), many.scene(n));
      all.add(few.scene(n));
    }
    assertEquals(10, all.size());
    assertArrayEquals(picture(few, 7, false), few.scene(7).picture(SIDE));
  }

  /** Each is mixed of a colour and the ground by what of it is covered: the area comes out exactly. */
  @Test
  void edgesAreExact() {
    ShapePictures data = ShapePictures.of(SIDE, 200, 1, Combinations.ALL);
    for (int n = 0; n < 200; n++) {
      Figure figure = data.scene(n).figures().get(0);
      double expected = SIDE
          * SIDE
          * figure.width()
          * figure.width()
          * switch (figure.what().kind()) {
            case CIRCLE -> 8 * Math.sin(Math.PI / 32); // of 64 corners
            case SQUARE -> 1;
            case TRIANGLE -> 0.5;
            case CROSS -> 1 - 4 * 0.32 * 0.32;
          };
      float[] picture = data.scene(n).picture(SIDE);
      double ground = 0.08, covered = 0;
      for (int i = 0; i < picture.length; i += 3) {
        covered += (picture[i] - ground) / (figure.what().color().channel(0) - ground);
      }
      assertEquals(expected, covered, 2e-4 * expected, figure.toString());
    }
  }

  @Test
  void mirroredPicturesAreMirrored() throws IOException {
    ShapePictures data = ShapePictures.of(SIDE, 20, 3, Combinations.SEEN);
    for (int n = 0; n < 20; n++) {
      float[] plain = picture(data, n, false), mirrored = picture(data, n, true);
      for (int i = 0; i < plain.length; i++) {
        int pixel = i / 3;
        int other = pixel / SIDE * SIDE + SIDE - 1 - pixel % SIDE;
        assertEquals(plain[i], mirrored[other * 3 + i % 3], 1e-5f);
      }
    }
  }

  @Test
  void singleFiguresHaveClasses() {
    ShapePictures seen = ShapePictures.of(SIDE, 400, 1, Combinations.SEEN);
    ShapePictures heldBack = ShapePictures.of(SIDE, 40, 1, Combinations.HELD_BACK);
    assertEquals(20, seen.classes().size());
    assertEquals(
        List.of("yellow circle", "purple square", "green triangle", "blue cross"),
        heldBack.classes());
    Set<Integer> labels = new HashSet<>();
    for (int n = 0; n < 400; n++) {
      assertTrue(seen.caption(n, 0).endsWith(seen.classes().get(seen.label(n))));
      labels.add(seen.label(n));
    }
    assertEquals(20, labels.size());
    assertEquals(seen.classes(), new ShapesSettings(SIDE, 400, 1, Combinations.SEEN).classes());
    ShapePictures several = ShapePictures.of(SIDE, 10, 2, Combinations.SEEN);
    assertEquals(List.of(), several.classes());
    assertThrows(IllegalStateException.class, () -> several.label(0));
  }

  /** Batches draw another wording each time a picture comes. */
  @Test
  void captionsGoWithThePicturesOfBatches() {
    ShapePictures data = ShapePictures.of(SIDE, 50, 3, Combinations.SEEN);
    Batches batches = new Batches(data, 3, false);
    assertTrue(data.captioned());
    List<String> first = batches.captions(0, 50), second = batches.captions(50, 50);
    assertEquals(first, batches.captions(0, 50));
    assertNotEquals(first, second);
    for (int p = 0; p < 50; p++) {
      for (Figure figure : data.scene(batches.index(p)).figures()) {
        assertTrue(first.get(p).contains(figure.what().toString()), first.get(p));
      }
    }
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> ShapePictures.of(8, 1, 3, Combinations.SEEN));
    assertThrows(
        IllegalArgumentException.class, () -> ShapePictures.of(32, 0, 3, Combinations.SEEN));
    assertThrows(
        IllegalArgumentException.class, () -> ShapePictures.of(32, 1, 4, Combinations.SEEN));
  }
}
