package brume.nn.text;

import brume.autograd.Variable;
import brume.nn.layer.Hiding;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Texts of one length as tokens.
 *
 * @param rows N
 * @param length L, of each
 * @param tokens (N, L) numbers; not to be changed
 * @param mask (N, L) 1 for tokens, 0 for padding; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record TokenRows(int rows, int length, int[] tokens, int[] mask) {

  /**
   * The shape of both.
   *
   * @return (N, L)
   */
  public Shape shape() {
    return Shape.of(rows, length);
  }

  /** What hides padding from all tokens: (N, 1, 1, L), added to the products of attention. */
  Variable hidden(Device device) {
    boolean[] shown = new boolean[mask.length];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = mask[i] != 0;
    }
    return Hiding.GONE.keys(device, rows, shown);
  }

  /**
   * Puts tokens into rows.
   *
   * @param texts tokens of each text with all marks, at most {@code length}
   * @param length L
   * @param padding token behind those of shorter texts
   * @return the rows
   */
  public static TokenRows of(List<int[]> texts, int length, int padding) {
    int[] tokens = new int[Shape.product(texts.size(), length)], mask = new int[tokens.length];
    for (int row = 0; row < texts.size(); row++) {
      int[] text = texts.get(row);
      for (int i = 0; i < length; i++) {
        boolean isThere = i < text.length;
        tokens[row * length + i] = isThere ? text[i] : padding;
        mask[row * length + i] = isThere ? 1 : 0;
      }
    }
    return new TokenRows(texts.size(), length, tokens, mask);
  }

  /**
   * Which rows are the same.
   *
   * @return (N) for each the number of the first one that has its tokens
   */
  public int[] firstAlike() {
    int[] first = new int[rows];
    Map<IntBuffer, Integer> seen = new HashMap<>();
    for (int row = 0; row < rows; row++) {
      Integer before = seen.putIfAbsent(IntBuffer.wrap(tokens, row * length, length), row);
      first[row] = before == null ? row : before;
    }
    return first;
  }
}
