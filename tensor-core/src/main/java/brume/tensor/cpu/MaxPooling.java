package brume.tensor.cpu;

import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.PoolGeometry;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Largest numbers of windows: forward one row of windows at a time, backward one sample at a time,
 * because windows may overlap.
 */
final class MaxPooling {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private MaxPooling() {}

  static void forward(Workers workers, PoolGeometry at, float[] x, float[] y) {
    int C = at.c(), wide = at.ow() * C, area = at.window().kh() * at.window().kw();
    Pieces.forEachRow(workers, at.n() * at.oh(), area * wide, (from, to) -> {
      Arrays.fill(y, from * wide, to * wide, Float.NEGATIVE_INFINITY);
      for (int row = from; row < to; row++) {
        for (int column = 0; column < at.ow(); column++) {
          int result = row * wide + column * C;
          forEachPixel(
              at, row / at.oh(), row % at.oh(), column, pixel -> max(C, x, pixel, y, result));
        }
      }
    });
  }

  static void backward(Workers workers, PoolGeometry at, float[] x, float[] dy, float[] dx) {
    int C = at.c(), sample = at.h() * at.w() * C;
    workers.forEach(at.n(), n -> {
      float[] largest = new float[C]; // of one window
      int[] where = new int[C]; // the element of x that is it
      Arrays.fill(dx, n * sample, (n + 1) * sample, 0);
      for (int row = 0; row < at.oh(); row++) {
        for (int column = 0; column < at.ow(); column++) {
          Arrays.fill(where, -1);
          forEachPixel(at, n, row, column, pixel -> find(C, x, pixel, largest, where));
          int result = ((n * at.oh() + row) * at.ow() + column) * C;
          for (int c = 0; c < C; c++) {
            if (where[c] >= 0) {
              dx[where[c]] += dy[result + c];
            }
          }
        }
      }
    });
  }

  /** What is done with a pixel. */
  private interface Visit {
    void at(int pixel);
  }

  /** Visits the first elements of the pixels of one window that lie in the image, row by row. */
  private static void forEachPixel(PoolGeometry at, int n, int row, int column, Visit visit) {
    PoolGeometry.Window window = at.window();
    int top = row * window.strideH() - window.padH();
    int left = column * window.strideW() - window.padW();
    for (int p = 0; p < window.kh(); p++) {
      int h = top + p * window.dilationH();
      for (int q = 0; h >= 0 && h < at.h() && q < window.kw(); q++) {
        int w = left + q * window.dilationW();
        if (w >= 0 && w < at.w()) {
          visit.at(((n * at.h() + h) * at.w() + w) * at.c());
        }
      }
    }
  }

  /** y = max(y, x) for one pixel; NaN wins. */
  private static void max(int C, float[] x, int pixel, float[] y, int result) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      fromArray(LANES, y, result + c).max(fromArray(LANES, x, pixel + c)).intoArray(y, result + c);
    }
    for (; c < C; c++) {
      y[result + c] = Math.max(y[result + c], x[pixel + c]);
    }
  }

  /** Remembers the channels of a pixel that are the largest so far. */
  private static void find(int C, float[] x, int pixel, float[] largest, int[] where) {
    for (int c = 0; c < C; c++) {
      float value = x[pixel + c];
      if (where[c] < 0 || value > largest[c] || Float.isNaN(value)) {
        largest[c] = value;
        where[c] = pixel + c;
      }
    }
  }
}
