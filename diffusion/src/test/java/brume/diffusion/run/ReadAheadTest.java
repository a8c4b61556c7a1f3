package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read ahead is what would have been read, and so is what fails. */
class ReadAheadTest {

  private static final int COUNT = 3;

  private final List<Integer> read = new ArrayList<>();
  private boolean broken;
  private final Batches batches = new Batches(new Numbers(), 1, false);
  private final ReadAhead ahead = new ReadAhead(batches, COUNT, 1);

  @Test
  void preparedPicturesAreReadOnce() throws IOException {
    ahead.prepare(6);
    assertEquals(COUNT, read.size());
    assertArrayEquals(expected(6), ahead.take(6));
    assertEquals(COUNT, read.size());
  }

  @Test
  void otherPositionsAreReadWhenTheyAreTaken() throws IOException {
    ahead.prepare(6);
    assertArrayEquals(expected(3), ahead.take(3));
    assertArrayEquals(expected(6), ahead.take(6));
  }

  @Test
  void whatTheCallerHasChangedIsReadAgain() throws IOException {
    ahead.take(0)[0] = -1;
    assertArrayEquals(expected(0), ahead.take(0));
  }

  @Test
  void aPictureThatCannotBeReadIsToldWhenItIsNeeded() throws IOException {
    broken = true;
    ahead.prepare(3);
    broken = false;
    assertEquals("broken", assertThrows(IOException.class, () -> ahead.take(3)).getMessage());
    assertArrayEquals(expected(3), ahead.take(3));
  }

  private float[] expected(long first) {
    float[] numbers = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      numbers[i] = batches.index(first + i);
    }
    return numbers;
  }

  /** Pictures of one pixel, which is the picture's number. */
  private final class Numbers implements Dataset {

    @Override
    public int size() {
      return 50;
    }

    @Override
    public int height() {
      return 1;
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
      if (broken) {
        throw new IOException("broken");
      }
      read.add(index);
      into[offset] = index;
    }

    @Override
    public String source() {
      return "numbers";
    }
  }
}
