package brume.tensor.cpu;

import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.BroadcastGeometry;
import java.util.Arrays;

/**
 * Walks two operands and a result in runs along which all three move in step: a number that stands
 * still along a row is written out into a run of its own first, so that no loop has to care.
 */
final class BroadcastRows {

  private static final int RUN = 1 << 10; // numbers: such a run stays in the first-level cache

  /** What is done to one run. */
  @FunctionalInterface
  interface Run {
    /**
     * Works on {@code count} elements, first to last.
     *
     * @param a holds the first operand from {@code aAt} on
     * @param aAt where
     * @param b holds the second operand from {@code bAt} on
     * @param bAt where
     * @param yAt first element of the result
     * @param count how many
     */
    void accept(float[] a, int aAt, float[] b, int bAt, int yAt, int count);
  }

  private BroadcastRows() {}

  static void forEach(Workers workers, BroadcastGeometry at, float[] a, float[] b, Run run) {
    int columns = at.row().size();
    if (at.rows() == 1) {
      Pieces.forEach(workers, columns, (from, to) -> row(at, a, b, 0, from, to, run));
    } else {
      Pieces.forEachRow(workers, at.rows(), columns, (from, to) -> {
        for (int row = from; row < to; row++) {
          row(at, a, b, row, 0, columns, run);
        }
      });
    }
  }

  /** The elements from..to of a row. */
  private static void row(
      BroadcastGeometry at, float[] a, float[] b, int row, int from, int to, Run run) {
    int aAt = at.a(row), bAt = at.b(row), yAt = row * at.row().size();
    boolean aMoves = at.row().a() == 1, bMoves = at.row().b() == 1;
    if (aMoves && bMoves) {
      run.accept(a, aAt + from, b, bAt + from, yAt + from, to - from);
      return;
    }
    float[] still = new float[Math.min(RUN, to - from)];
    Arrays.fill(still, aMoves ? b[bAt] : a[aAt]);
    for (int i = from; i < to; i += RUN) {
      int count = Math.min(RUN, to - i);
      if (aMoves) {
        run.accept(a, aAt + i, still, 0, yAt + i, count);
      } else {
        run.accept(still, 0, b, bAt + i, yAt + i, count);
      }
    }
  }
}
