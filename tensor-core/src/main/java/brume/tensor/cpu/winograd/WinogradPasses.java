package brume.tensor.cpu.winograd;

import static brume.tensor.cpu.gemm.Tile.LANES;
import static brume.tensor.cpu.gemm.Tile.LENGTH;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/**
 * The one-dimensional transforms of {@link Winograd}, each applied to many vectors of channels: vector v
 * reads at {@code at + v*LENGTH}, {@code at + step + v*LENGTH} and so on, and writes at {@code to +
 * v*LENGTH}, {@code to + toStep + v*LENGTH} and so on. On the side of pixels vectors lie anywhere: there
 * {@code offsets[v]} stands for {@code v*LENGTH}. All are read before any is written, so a pass may work
 * in place.
 *
 * <p>Four results r and three coefficients g are polynomials, whose product is evaluated at six points:
 * 0, a, -a, b, -b and infinity. With a = 3/4 and b = 3/2 the transforms of image and result are exact
 * binary fractions, and errors are a quarter of those of the usual points 1 and 2.
 */
final class WinogradPasses {

  // One flat loop per method, few vectors alive, no method that takes or returns vectors: so C2
  // keeps all of it in registers on JDK 17 too, whatever ran before.

  private static final float A = 0.75f;
  private static final float B = 1.5f;
  private static final float A2 = A * A;
  private static final float B2 = B * B;
  private static final float AT_ZERO = 1 / (A2 * B2);
  private static final float AT_A = 1 / (2 * A2 * (A2 - B2));
  private static final float AT_B = 1 / (2 * B2 * (B2 - A2));

  /** A coefficient's part in each point of a filter. */
  private static final float[][] FILTER = {
    {AT_ZERO, 0, 0},
    {AT_A, AT_A * A, AT_A * A2},
    {AT_A, -AT_A * A, AT_A * A2},
    {AT_B, AT_B * B, AT_B * B2},
    {AT_B, -AT_B * B, AT_B * B2},
    {0, 0, 1}
  };

  private WinogradPasses() {}

  /**
   * Six neighboring pixels to six points.
   *
   * @param offsets where each vector lies in x
   * @param count of vectors
   * @param x holds the pixels
   * @param at where pixel 0 is
   * @param step from one pixel to the next
   * @param y receives the points
   * @param to where it receives point 0
   * @param toStep from one point to the next
   */
  static void image(
      int[] offsets, int count, float[] x, int at, int step, float[] y, int to, int toStep) {
    FloatVector a = broadcast(LANES, A), minusA = broadcast(LANES, -A);
    FloatVector b = broadcast(LANES, B), minusB = broadcast(LANES, -B);
    FloatVector minusA2 = broadcast(LANES, -A2), minusB2 = broadcast(LANES, -B2);
    FloatVector product = broadcast(LANES, A2 * B2), minusSum = broadcast(LANES, -A2 - B2);
    int at1 = at + step, at2 = at + 2 * step, at3 = at + 3 * step;
    int at4 = at + 4 * step, at5 = at + 5 * step;
    int to1 = to + toStep, to2 = to + 2 * toStep, to3 = to + 3 * toStep;
    int to4 = to + 4 * toStep, to5 = to + 5 * toStep;
    for (int v = 0; v < count; v++) {
      int p = offsets[v], i = v * LENGTH;
      FloatVector d0 = fromArray(LANES, x, at + p), d1 = fromArray(LANES, x, at1 + p);
      FloatVector d2 = fromArray(LANES, x, at2 + p), d3 = fromArray(LANES, x, at3 + p);
      FloatVector d4 = fromArray(LANES, x, at4 + p), d5 = fromArray(LANES, x, at5 + p);
      d0.fma(product, d2.fma(minusSum, d4)).intoArray(y, to + i);
      d1.fma(product, d3.fma(minusSum, d5)).intoArray(y, to5 + i);
      FloatVector even = d2.fma(minusB2, d4), odd = d1.fma(minusB2, d3);
      odd.fma(a, even).intoArray(y, to1 + i);
      odd.fma(minusA, even).intoArray(y, to2 + i);
      even = d2.fma(minusA2, d4);
      odd = d1.fma(minusA2, d3);
      odd.fma(b, even).intoArray(y, to3 + i);
      odd.fma(minusB, even).intoArray(y, to4 + i);
    }
  }

  /**
   * Nine coefficients of a filter to the six points of a row, in height and in width at once: so nothing
   * waits between the two, and six such passes write 36 numbers instead of 54.
   *
   * @param row its number
   * @param length how many numbers, a multiple of the vector length
   * @param x holds the coefficients
   * @param at where coefficient (0, 0) is
   * @param step from one coefficient to the next, row by row
   * @param y receives the points
   * @param to where it receives the first of the row
   * @param toStep from one point to the next
   */
  static void filterRow(
      int row, int length, float[] x, int at, int step, float[] y, int to, int toStep) {
    FloatVector h0 = broadcast(LANES, FILTER[row][0]), h1 = broadcast(LANES, FILTER[row][1]);
    FloatVector h2 = broadcast(LANES, FILTER[row][2]), atZero = broadcast(LANES, AT_ZERO);
    FloatVector a0 = broadcast(LANES, AT_A), a2 = broadcast(LANES, AT_A * A2);
    FloatVector b0 = broadcast(LANES, AT_B), b2 = broadcast(LANES, AT_B * B2);
    FloatVector a1 = broadcast(LANES, AT_A * A), minusA1 = broadcast(LANES, -AT_A * A);
    FloatVector b1 = broadcast(LANES, AT_B * B), minusB1 = broadcast(LANES, -AT_B * B);
    int at1 = at + step, at2 = at + 2 * step, at3 = at + 3 * step, at4 = at + 4 * step;
    int at5 = at + 5 * step, at6 = at + 6 * step, at7 = at + 7 * step, at8 = at + 8 * step;
    int to1 = to + toStep, to2 = to + 2 * toStep, to3 = to + 3 * toStep;
    int to4 = to + 4 * toStep, to5 = to + 5 * toStep;
    for (int i = 0; i < length; i += LENGTH) {
      FloatVector g0 = fromArray(LANES, x, at + i).mul(h0);
      g0 = fromArray(LANES, x, at6 + i).fma(h2, g0);
      g0 = fromArray(LANES, x, at3 + i).fma(h1, g0);
      FloatVector g1 = fromArray(LANES, x, at1 + i).mul(h0);
      g1 = fromArray(LANES, x, at7 + i).fma(h2, g1);
      g1 = fromArray(LANES, x, at4 + i).fma(h1, g1);
      FloatVector g2 = fromArray(LANES, x, at2 + i).mul(h0);
      g2 = fromArray(LANES, x, at8 + i).fma(h2, g2);
      g2 = fromArray(LANES, x, at5 + i).fma(h1, g2);
      g0.mul(atZero).intoArray(y, to + i);
      FloatVector even = g2.fma(a2, g0.mul(a0));
      g1.fma(a1, even).intoArray(y, to1 + i);
      g1.fma(minusA1, even).intoArray(y, to2 + i);
      even = g2.fma(b2, g0.mul(b0));
      g1.fma(b1, even).intoArray(y, to3 + i);
      g1.fma(minusB1, even).intoArray(y, to4 + i);
      g2.intoArray(y, to5 + i);
    }
  }

  /**
   * Six points to four neighboring pixels of the result.
   *
   * @param offsets where each vector lies in y
   * @param count of vectors
   * @param x holds the points
   * @param at where point 0 is
   * @param step from one point to the next
   * @param y receives the pixels
   * @param to where it receives pixel 0
   * @param toStep from one pixel to the next
   */
  static void result(
      int[] offsets, int count, float[] x, int at, int step, float[] y, int to, int toStep) {
    FloatVector a1 = broadcast(LANES, A), a2 = broadcast(LANES, A2), a3 = broadcast(LANES, A * A2);
    FloatVector b1 = broadcast(LANES, B), b2 = broadcast(LANES, B2), b3 = broadcast(LANES, B * B2);
    int at1 = at + step, at2 = at + 2 * step, at3 = at + 3 * step;
    int at4 = at + 4 * step, at5 = at + 5 * step;
    int to1 = to + toStep, to2 = to + 2 * toStep, to3 = to + 3 * toStep;
    for (int v = 0; v < count; v++) {
      int p = offsets[v], i = v * LENGTH;
      FloatVector m0 = fromArray(LANES, x, at + i), m5 = fromArray(LANES, x, at5 + i);
      FloatVector m1 = fromArray(LANES, x, at1 + i), m2 = fromArray(LANES, x, at2 + i);
      FloatVector m3 = fromArray(LANES, x, at3 + i), m4 = fromArray(LANES, x, at4 + i);
      FloatVector evenA = m1.add(m2), oddA = m1.sub(m2);
      FloatVector evenB = m3.add(m4), oddB = m3.sub(m4);
      m0.add(evenA).add(evenB).intoArray(y, to + p);
      oddA.mul(a1).add(oddB.mul(b1)).intoArray(y, to1 + p);
      evenB.fma(b2, evenA.mul(a2)).intoArray(y, to2 + p);
      oddB.fma(b3, oddA.fma(a3, m5)).intoArray(y, to3 + p);
    }
  }

  /**
   * Four neighboring pixels of the gradient of a result to six points.
   *
   * @param offsets where each vector lies in x
   * @param count of vectors
   * @param x holds the pixels
   * @param at where pixel 0 is
   * @param step from one pixel to the next
   * @param y receives the points
   * @param to where it receives point 0
   * @param toStep from one point to the next
   */
  static void resultGrad(
      int[] offsets, int count, float[] x, int at, int step, float[] y, int to, int toStep) {
    FloatVector a = broadcast(LANES, A), minusA = broadcast(LANES, -A);
    FloatVector b = broadcast(LANES, B), minusB = broadcast(LANES, -B);
    FloatVector a2 = broadcast(LANES, A2), b2 = broadcast(LANES, B2);
    int at1 = at + step, at2 = at + 2 * step, at3 = at + 3 * step;
    int to1 = to + toStep, to2 = to + 2 * toStep, to3 = to + 3 * toStep;
    int to4 = to + 4 * toStep, to5 = to + 5 * toStep;
    for (int v = 0; v < count; v++) {
      int p = offsets[v], i = v * LENGTH;
      FloatVector r0 = fromArray(LANES, x, at + p), r1 = fromArray(LANES, x, at1 + p);
      FloatVector r2 = fromArray(LANES, x, at2 + p), r3 = fromArray(LANES, x, at3 + p);
      r0.intoArray(y, to + i);
      FloatVector even = r2.fma(a2, r0), odd = r3.fma(a2, r1);
      odd.fma(a, even).intoArray(y, to1 + i);
      odd.fma(minusA, even).intoArray(y, to2 + i);
      even = r2.fma(b2, r0);
      odd = r3.fma(b2, r1);
      odd.fma(b, even).intoArray(y, to3 + i);
      odd.fma(minusB, even).intoArray(y, to4 + i);
      r3.intoArray(y, to5 + i);
    }
  }

  /**
   * Six points to the gradients of three coefficients of a filter.
   *
   * @param length how many numbers, a multiple of the vector length
   * @param x holds the points
   * @param at where point 0 is
   * @param step from one point to the next
   * @param y receives the gradients
   * @param to where it receives that of coefficient 0
   * @param toStep from one coefficient to the next
   */
  static void filterGrad(int length, float[] x, int at, int step, float[] y, int to, int toStep) {
    FloatVector atZero = broadcast(LANES, AT_ZERO);
    FloatVector a0 = broadcast(LANES, AT_A), b0 = broadcast(LANES, AT_B);
    FloatVector a1 = broadcast(LANES, AT_A * A), b1 = broadcast(LANES, AT_B * B);
    FloatVector a2 = broadcast(LANES, AT_A * A2), b2 = broadcast(LANES, AT_B * B2);
    int at1 = at + step, at2 = at + 2 * step, at3 = at + 3 * step;
    int at4 = at + 4 * step, at5 = at + 5 * step;
    int to1 = to + toStep, to2 = to + 2 * toStep;
    for (int i = 0; i < length; i += LENGTH) {
      FloatVector s0 = fromArray(LANES, x, at + i), s5 = fromArray(LANES, x, at5 + i);
      FloatVector s1 = fromArray(LANES, x, at1 + i), s2 = fromArray(LANES, x, at2 + i);
      FloatVector s3 = fromArray(LANES, x, at3 + i), s4 = fromArray(LANES, x, at4 + i);
      FloatVector evenA = s1.add(s2), evenB = s3.add(s4);
      evenB.fma(b0, evenA.fma(a0, s0.mul(atZero))).intoArray(y, to + i);
      s3.sub(s4).fma(b1, s1.sub(s2).mul(a1)).intoArray(y, to1 + i);
      evenB.fma(b2, evenA.fma(a2, s5)).intoArray(y, to2 + i);
    }
  }
}
