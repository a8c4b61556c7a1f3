package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.VectorMath;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.ActivationKernels;
import brume.tensor.kernel.UnaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of every element on the CPU, a piece of the tensor per task. Those inside networks have a
 * vector body and a scalar tail that says the same in plain Java; where a loop has no tail, C2 makes
 * vectors of it by itself. The others are computed one by one, in double precision.
 */
final class CpuActivation implements ActivationKernels {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI)); // of N(0, 1) at 0

  private static final float QUICK = 1.702f; // of UnaryFunction.QUICK_GELU

  /** Numbers of a time embedding: one such call a step is too seldom for vectors to be compiled. */
  private static final int FEW = 256;

  private final Workers workers;

  CpuActivation(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void apply(UnaryFunction f, double p, Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> {
      switch (f) {
        case SILU -> silu(xs, ys, from, to);
        case GELU -> gelu(xs, ys, from, to);
        case GELU_TANH -> geluTanh(xs, ys, from, to);
        case QUICK_GELU -> quickGelu(xs, ys, from, to);
        case SIGMOID -> sigmoid(xs, ys, from, to);
        case TANH -> tanh(xs, ys, from, to);
        case EXP -> exp(xs, ys, from, to);
        case RELU -> relu(xs, ys, from, to);
        case LEAKY_RELU -> leakyRelu((float) p, xs, ys, from, to);
        case SQUARE -> square(xs, ys, from, to);
        default -> plain(f, p, xs, ys, from, to);
      }
    });
  }

  @Override
  public void applyGrad(UnaryFunction f, double p, Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = writableFloats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> {
      switch (f) {
        case SILU -> siluGrad(xs, dys, dxs, from, to);
        case GELU -> geluGrad(xs, dys, dxs, from, to);
        case GELU_TANH -> geluTanhGrad(xs, dys, dxs, from, to);
        case QUICK_GELU -> quickGeluGrad(xs, dys, dxs, from, to);
        case SIGMOID -> sigmoidGrad(xs, dys, dxs, from, to);
        case TANH -> tanhGrad(xs, dys, dxs, from, to);
        case EXP -> expGrad(xs, dys, dxs, from, to);
        case RELU -> reluGrad(xs, dys, dxs, from, to);
        case LEAKY_RELU -> leakyReluGrad((float) p, xs, dys, dxs, from, to);
        case SQUARE -> squareGrad(xs, dys, dxs, from, to);
        default -> plainGrad(f, p, xs, dys, dxs, from, to);
      }
    });
  }

  @Override
  public void gated(UnaryFunction f, double p, Tensor x, Tensor y) {
    if (f != UnaryFunction.GELU) {
      ActivationKernels.super.gated(f, p, x, y);
      return;
    }
    float[] xs = floats(x), ys = writableFloats(y);
    int C = y.shape().dim(-1);
    Pieces.forEachRow(workers, y.shape().size() / Math.max(1, C), 2 * C, (from, to) -> {
      for (int r = from; r < to; r++) {
        gatedGelu(xs, 2 * r * C, C, ys, r * C);
      }
    });
  }

  @Override
  public void gatedGrad(UnaryFunction f, double p, Tensor x, Tensor dy, Tensor dx) {
    if (f != UnaryFunction.GELU) {
      ActivationKernels.super.gatedGrad(f, p, x, dy, dx);
      return;
    }
    float[] xs = floats(x), dys = floats(dy), dxs = writableFloats(dx);
    int C = dy.shape().dim(-1);
    Pieces.forEachRow(workers, dy.shape().size() / Math.max(1, C), 2 * C, (from, to) -> {
      for (int r = from; r < to; r++) {
        gatedGeluGrad(xs, 2 * r * C, C, dys, r * C, dxs);
      }
    });
  }

  // ---- Loops over a piece ----------------------------------------------------------------------

  private static void silu(float[] x, float[] y, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      v.mul(VectorMath.sigmoid(v)).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = x[i] * VectorMath.sigmoid(x[i]);
    }
  }

  private static void siluGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      fromArray(LANES, dy, i).mul(VectorMath.siluSlope(v)).intoArray(dx, i);
    }
    for (; i < to; i++) {
      dx[i] = dy[i] * VectorMath.siluSlope(x[i]);
    }
  }

  private static void gelu(float[] x, float[] y, int from, int to) {
    int i = from;
    int vectors = to - from > FEW ? LANES.loopBound(to - from) : 0;
    for (int end = from + vectors; i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      v.mul(VectorMath.normalBelow(v, VectorMath.bell(v))).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = x[i] * VectorMath.normalBelow(x[i], VectorMath.bell(x[i]));
    }
  }

  private static void geluGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      FloatVector bell = VectorMath.bell(v);
      FloatVector slope = v.mul(bell).mul(DENSITY).add(VectorMath.normalBelow(v, bell));
      fromArray(LANES, dy, i).mul(slope).intoArray(dx, i);
    }
    for (; i < to; i++) {
      float bell = VectorMath.bell(x[i]);
      float slope = x[i] * bell * DENSITY + VectorMath.normalBelow(x[i], bell);
      dx[i] = dy[i] * slope;
    }
  }

  /** y = a*gelu(g) of a row that holds a from {@code at} and g behind it. */
  private static void gatedGelu(float[] x, int at, int C, float[] y, int to) {
    int i = 0;
    for (int end = LANES.loopBound(C); i < end; i += LANES.length()) {
      FloatVector g = fromArray(LANES, x, at + C + i);
      FloatVector gate = g.mul(VectorMath.normalBelow(g, VectorMath.bell(g)));
      fromArray(LANES, x, at + i).mul(gate).intoArray(y, to + i);
    }
    for (; i < C; i++) {
      float g = x[at + C + i];
      y[to + i] = x[at + i] * (g * VectorMath.normalBelow(g, VectorMath.bell(g)));
    }
  }

  /** The gradients of a row of {@link #gatedGelu}, which lie as the row does. */
  private static void gatedGeluGrad(float[] x, int at, int C, float[] dy, int from, float[] dx) {
    int i = 0;
    for (int end = LANES.loopBound(C); i < end; i += LANES.length()) {
      FloatVector g = fromArray(LANES, x, at + C + i), bell = VectorMath.bell(g);
      FloatVector below = VectorMath.normalBelow(g, bell), d = fromArray(LANES, dy, from + i);
      d.mul(g.mul(below)).intoArray(dx, at + i);
      FloatVector slope = g.mul(bell).mul(DENSITY).add(below);
      d.mul(fromArray(LANES, x, at + i)).mul(slope).intoArray(dx, at + C + i);
    }
    for (; i < C; i++) {
      float g = x[at + C + i], bell = VectorMath.bell(g), below = VectorMath.normalBelow(g, bell);
      dx[at + i] = dy[from + i] * (g * below);
      dx[at + C + i] = dy[from + i] * x[at + i] * (g * bell * DENSITY + below);
    }
  }

  /** y = x*sigmoid(2u), which is x*(1 + tanh u)/2. */
  private static void geluTanh(float[] x, float[] y, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      v.mul(VectorMath.sigmoid(VectorMath.geluBend(v))).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = x[i] * VectorMath.sigmoid(VectorMath.geluBend(x[i]));
    }
  }

  private static void geluTanhGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector slope = VectorMath.geluTanhSlope(fromArray(LANES, x, i));
      fromArray(LANES, dy, i).mul(slope).intoArray(dx, i);
    }
    for (; i < to; i++) {
      dx[i] = dy[i] * VectorMath.geluTanhSlope(x[i]);
    }
  }

  private static void quickGelu(float[] x, float[] y, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      v.mul(VectorMath.sigmoid(v.mul(QUICK))).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = x[i] * VectorMath.sigmoid(x[i] * QUICK);
    }
  }

  /** Its slope at x is that of silu at QUICK*x. */
  private static void quickGeluGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector slope = VectorMath.siluSlope(fromArray(LANES, x, i).mul(QUICK));
      fromArray(LANES, dy, i).mul(slope).intoArray(dx, i);
    }
    for (; i < to; i++) {
      dx[i] = dy[i] * VectorMath.siluSlope(x[i] * QUICK);
    }
  }

  private static void tanh(float[] x, float[] y, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      VectorMath.tanh(v).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = VectorMath.tanh(x[i]);
    }
  }

  private static void tanhGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      fromArray(LANES, dy, i).mul(VectorMath.tanhSlope(v)).intoArray(dx, i);
    }
    for (; i < to; i++) {
      dx[i] = dy[i] * VectorMath.tanhSlope(x[i]);
    }
  }

  private static void exp(float[] x, float[] y, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      VectorMath.exp(v).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = VectorMath.exp(x[i]);
    }
  }

  private static void expGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      fromArray(LANES, dy, i).mul(VectorMath.exp(v)).intoArray(dx, i);
    }
    for (; i < to; i++) {
      dx[i] = dy[i] * VectorMath.exp(x[i]);
    }
  }

  private static void sigmoid(float[] x, float[] y, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      VectorMath.sigmoid(fromArray(LANES, x, i)).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = VectorMath.sigmoid(x[i]);
    }
  }

  /** dx = dy*s*(1 - s), the last factor as a sigmoid of its own: 1 - s cancels. */
  private static void sigmoidGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    int i = from;
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
      FloatVector v = fromArray(LANES, x, i);
      FloatVector slope = VectorMath.sigmoid(v).mul(VectorMath.sigmoid(v.neg()));
      fromArray(LANES, dy, i).mul(slope).intoArray(dx, i);
    }
    for (; i < to; i++) {
      dx[i] = dy[i] * (VectorMath.sigmoid(x[i]) * VectorMath.sigmoid(-x[i]));
    }
  }

  private static void relu(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.max(x[i], 0);
    }
  }

  private static void reluGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = x[i] > 0 ? dy[i] : 0;
    }
  }

  private static void leakyRelu(float p, float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = x[i] > 0 ? x[i] : p * x[i];
    }
  }

  private static void leakyReluGrad(float p, float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = x[i] > 0 ? dy[i] : p * dy[i];
    }
  }

  private static void square(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = x[i] * x[i];
    }
  }

  private static void squareGrad(float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = dy[i] * (2 * x[i]);
    }
  }

  private static void plain(UnaryFunction f, double p, float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = (float) f.value(x[i], p);
    }
  }

  private static void plainGrad(
      UnaryFunction f, double p, float[] x, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = (float) (dy[i] * f.slope(x[i], p));
    }
  }
}
