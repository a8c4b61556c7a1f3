package brume.diffusion.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of the data are shown. */
class SelectionTest {

  @Test
  void aSampleIsChosenOnceAndByTheSeed() {
    Waves data = Waves.of(4, 1000);
    List<Integer> chosen = Selection.of(data, 64, 1).chosen();
    assertEquals(64, new HashSet<>(chosen).size());
    assertEquals(chosen, Selection.of(data, 64, 1).chosen());
    assertNotEquals(chosen, Selection.of(data, 64, 2).chosen());
    assertEquals(10, Selection.of(Waves.of(4, 10), 64, 1).chosen().size());
  }

  @Test
  void everyClassHasItsShare() throws IOException {
    FashionMnist data = FashionMnist.load();
    Selection some = Selection.of(data, 64, 0);
    int[] counts = new int[10];
    some.chosen().forEach(index -> counts[data.label(index)]++);
    assertEquals(64, IntStream.of(counts).sum());
    Arrays.sort(counts);
    assertEquals(6, counts[0]);
    assertEquals(7, counts[9]);
    for (int n = 0; n < 64; n++) {
      assertEquals(
          FashionMnist.KINDS.get(data.label(some.chosen().get(n))),
          some.captions().get(n));
    }
  }

  @Test
  void smallClassesGiveWhatTheyHave() throws IOException {
    int[] labels = new int[50];
    labels[17] = 1;
    Selection some =
        Selection.of(new LabelledPictures(Waves.of(4, 50), List.of("a", "b"), labels), 5, 0);
    assertEquals(List.of("a", "a", "a", "a", "b"), some.captions());
    assertEquals(17, some.chosen().get(4));
  }

  @Test
  void samplesAreReadAsTheyAre() throws IOException {
    Waves data = Waves.of(4, 100);
    Selection some = Selection.of(data, 3, 0);
    float[] expected = new float[12];
    for (int n = 0; n < 3; n++) {
      data.read(some.chosen().get(n), false, expected, 4 * n);
    }
    assertArrayEquals(expected, some.read());
    assertEquals(List.of(), some.captions());
  }
}
