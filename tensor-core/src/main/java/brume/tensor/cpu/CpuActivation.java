package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Tensor;
import brume.tensor.kernel.ActivationKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Activation functions on the CPU, a piece of the tensor per task: a vector body, then a scalar tail
 * that says the same in plain Java.
 *
 * <p>Sine and cosine, which only small tensors need, are those of {@link Math}.
 */
final class CpuActivation implements ActivationKernels {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final float DENSITY = (float) (1 / Math.sqrt(2 * Math.PI)); // of N(0, 1) at 0

  private final Workers workers;

  CpuActivation(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void silu(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> silu(xs, ys, from, to));
  }

  @Override
  public void siluGrad(Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = floats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> siluGrad(xs, dys, dxs, from, to));
  }

  @Override
  public void gelu(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> gelu(xs, ys, from, to));
  }

  @Override
  public void geluGrad(Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = floats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> geluGrad(xs, dys, dxs, from, to));
  }

  @Override
  public void tanh(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> tanh(xs, ys, from, to));
  }

  @Override
  public void tanhGrad(Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = floats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> tanhGrad(xs, dys, dxs, from, to));
  }

  @Override
  public void sin(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> {
      for (int i = from; i < to; i++) {
        ys[i] = (float) Math.sin(xs[i]);
      }
    });
  }

  @Override
  public void sinGrad(Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = floats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> {
      for (int i = from; i < to; i++) {
        dxs[i] = dys[i] * (float) Math.cos(xs[i]);
      }
    });
  }

  @Override
  public void cos(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> {
      for (int i = from; i < to; i++) {
        ys[i] = (float) Math.cos(xs[i]);
      }
    });
  }

  @Override
  public void cosGrad(Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = floats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> {
      for (int i = from; i < to; i++) {
        dxs[i] = -dys[i] * (float) Math.sin(xs[i]);
      }
    });
  }

  @Override
  public void exp(Tensor x, Tensor y) {
    float[] xs = floats(x), ys = floats(y);
    Pieces.forEach(workers, y.shape().size(), (from, to) -> exp(xs, ys, from, to));
  }

  @Override
  public void expGrad(Tensor x, Tensor dy, Tensor dx) {
    float[] xs = floats(x), dys = floats(dy), dxs = floats(dx);
    Pieces.forEach(workers, dx.shape().size(), (from, to) -> expGrad(xs, dys, dxs, from, to));
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
    for (int end = from + LANES.loopBound(to - from); i < end; i += LANES.length()) {
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
}
