package brume.diffusion.data;

import java.io.IOException;

/**
 * Some pictures of a set. Who closes the set closes them.
 *
 * @param whole all pictures
 * @param numbers of the part's pictures in the whole
 */
@SuppressWarnings("ArrayRecordComponent") // parts are read from, never compared
public record Part(Dataset whole, int[] numbers) implements Derived {

  private static final int LEAST_SHARE = 10; // at most one of so many is held back

  /**
   * Pictures that are held back, spread evenly over the set.
   *
   * @param whole all pictures
   * @param count wished for
   * @return as many, but at most a tenth of all, and at least one
   */
  public static Part heldBack(Dataset whole, int count) {
    int size = whole.size(), held = Math.max(1, Math.min(count, size / LEAST_SHARE));
    int[] numbers = new int[held];
    for (int i = 0; i < held; i++) {
      numbers[i] = at(i, held, size);
    }
    return new Part(whole, numbers);
  }

  /**
   * The other pictures.
   *
   * @param whole all pictures
   * @param count wished for, of those that are held back
   * @return all but {@link #heldBack}, in order; all of a set of one picture
   */
  public static Dataset others(Dataset whole, int count) {
    int size = whole.size();
    if (count == 0 || size == 1) {
      return whole;
    }
    int[] held = heldBack(whole, count).numbers, numbers = new int[size - held.length];
    int next = 0, to = 0;
    for (int i = 0; i < size; i++) {
      if (next < held.length && held[next] == i) {
        next++;
      } else {
        numbers[to++] = i;
      }
    }
    return new Part(whole, numbers);
  }

  /** The middle of part i of equal parts. */
  private static int at(int i, int parts, int size) {
    return (int) ((2L * i + 1) * size / (2L * parts));
  }

  @Override
  public int size() {
    return numbers.length;
  }

  @Override
  public void read(int index, boolean flipped, float[] into, int offset) throws IOException {
    whole.read(numbers[index], flipped, into, offset);
  }

  @Override
  public void read(int index, boolean flipped, double place, float[] into, int offset)
      throws IOException {
    whole.read(numbers[index], flipped, place, into, offset);
  }

  @Override
  public int label(int index) {
    return whole.label(numbers[index]);
  }

  @Override
  public String caption(int index, double chance) {
    return whole.caption(numbers[index], chance);
  }
}
