package brume.tensor.cpu.norm;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.GroupGeometry;
import java.util.Arrays;

/**
 * Group normalization on the CPU. Channels are the contiguous axis and a group may be narrower than a
 * vector, so sums are kept per channel and block of positions, and folded into groups, in double
 * precision and in order, once a sample is complete.
 */
final class CpuGroupNorm {

  private final Workers workers;
  private final FloatPool pool;

  CpuGroupNorm(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  /** What is done to a block of positions once the factors of its sample are known. */
  @FunctionalInterface
  interface Apply {
    void accept(float[] x, int at, int rows, int C, float[] factors, int k, float[] y);
  }

  /** u = (gamma*xhat + beta)*(1 + a) + b, then {@code apply} makes y of it. */
  void forward(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      float[] scaleShift,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Apply apply,
      Around around) {
    float[] xs = floats(x),
        ys = writableFloats(y),
        means = writableFloats(mean),
        rstds = writableFloats(rstd);
    int C = at.c();
    SampleBlocks blocks = SampleBlocks.of(at.n(), at.p(), C);
    float[] partial = pool.take(Shape.product(at.n(), blocks.count(), 2, C));
    float[] factors = pool.take(Shape.product(at.n(), 4, C));
    blocks.forEach(
        workers,
        n -> {},
        (n, block) -> {
          int first = blocks.first(n, block), rows = blocks.rowsOf(block);
          around.before(xs, first, rows, C);
          GroupMoments.measure(xs, first, rows, C, partial, blocks.index(n, block));
        },
        n -> {
          GroupMoments.combine(at, blocks, n, xs, partial, eps, means, rstds);
          factors(at, n, floats(gamma), floats(beta), scaleShift, means, rstds, factors);
        },
        (n, block) -> {
          int first = blocks.first(n, block), rows = blocks.rowsOf(block);
          apply.accept(xs, first, rows, C, factors, n * 4 * C, ys);
          around.after(ys, first, rows, C);
        });
    pool.give(partial);
    pool.give(factors);
  }

  /** How a block's sums of du and du*xhat are taken. */
  @FunctionalInterface
  interface Measure {
    void accept(float[] x, int at, int rows, int C, float[] factors, int k, float[] sums, int to);
  }

  /**
   * Gradients of {@link #forward}, with {@code du} the gradient with respect to u once measured;
   * {@code dscaleShift} stays as it is without a scale and shift.
   */
  void backward(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      float[] betas,
      float[] scaleShift,
      Tensor mean,
      Tensor rstd,
      Measure measure,
      float[] du,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta,
      float[] dscaleShift) {
    float[] xs = floats(x), gammas = floats(gamma), dxs = writableFloats(dx), rstds = floats(rstd);
    int C = at.c();
    SampleBlocks blocks = SampleBlocks.of(at.n(), at.p(), C);
    float[] partial =
        pool.take(Shape.product(at.n(), blocks.count(), 2, C)); // sums of du, of du*xhat
    float[] factors = pool.take(Shape.product(at.n(), 4, C));
    float[] weights = pool.take(Shape.product(at.n(), 3, C));
    float[] sums = pool.take(Shape.product(at.n(), 2, C)); // gradients of beta and gamma, by sample
    blocks.forEach(
        workers,
        n -> factors(at, n, gammas, betas, scaleShift, floats(mean), rstds, factors),
        (n, block) -> measure.accept(
            xs,
            blocks.first(n, block),
            blocks.rowsOf(block),
            C,
            factors,
            n * 4 * C,
            partial,
            blocks.index(n, block) * 2 * C),
        n -> {
          double[] ofSample = blocks.sumsOfSample(n, partial);
          weights(at, n, ofSample, factors, rstds, weights);
          parameterGradients(C, n, ofSample, gammas, betas, scaleShift, sums, dscaleShift);
        },
        (n, block) -> NormColumns.inputGradient(
            xs,
            du,
            blocks.first(n, block),
            blocks.rowsOf(block),
            C,
            factors,
            n * 4 * C,
            weights,
            n * 3 * C,
            dxs));
    sumOverSamples(at.n(), C, sums, 0, writableFloats(dbeta));
    sumOverSamples(at.n(), C, sums, C, writableFloats(dgamma));
    pool.give(partial);
    pool.give(factors);
    pool.give(weights);
    pool.give(sums);
  }

  // ---- Numbers per channel of one sample -------------------------------------------------------

  /** The factors of {@link NormColumns}: a = gamma*(1 + scale), b = beta*(1 + scale) + shift. */
  private static void factors(
      GroupGeometry at,
      int n,
      float[] gammas,
      float[] betas,
      float[] scaleShift,
      float[] means,
      float[] rstds,
      float[] factors) {
    int C = at.c(), D = at.d(), k = n * 4 * C;
    for (int g = 0; g < at.g(); g++) {
      int first = k + g * D;
      Arrays.fill(factors, first, first + D, means[n * at.g() + g]);
      Arrays.fill(factors, first + C, first + C + D, rstds[n * at.g() + g]);
    }
    if (scaleShift.length == 0) {
      System.arraycopy(gammas, 0, factors, k + 2 * C, C);
      System.arraycopy(betas, 0, factors, k + 3 * C, C);
      return;
    }
    for (int c = 0, row = n * 2 * C; c < C; c++) {
      float scale = 1 + scaleShift[row + c];
      factors[k + 2 * C + c] = gammas[c] * scale;
      factors[k + 3 * C + c] = betas[c] * scale + scaleShift[row + C + c];
    }
  }

  /** What {@link NormColumns#inputGradient} takes: p = r*a, q = r*<a*du>, s = r*<a*du*xhat>. */
  private static void weights(
      GroupGeometry at, int n, double[] sums, float[] factors, float[] rstds, float[] weights) {
    int C = at.c(), D = at.d(), k = n * 4 * C, to = n * 3 * C;
    double count = (double) at.p() * D;
    for (int g = 0; g < at.g(); g++) {
      double q = 0, s = 0;
      for (int c = g * D; c < (g + 1) * D; c++) {
        q += factors[k + 2 * C + c] * sums[c];
        s += factors[k + 2 * C + c] * sums[C + c];
      }
      double r = rstds[n * at.g() + g];
      for (int c = g * D; c < (g + 1) * D; c++) {
        weights[to + c] = (float) (r * factors[k + 2 * C + c]);
        weights[to + C + c] = (float) (r * q / count);
        weights[to + 2 * C + c] = (float) (r * s / count);
      }
    }
  }

  /** The sample's share of dbeta and dgamma, and all of its row of dscaleShift. */
  private static void parameterGradients(
      int C,
      int n,
      double[] sums,
      float[] gammas,
      float[] betas,
      float[] scaleShift,
      float[] shares,
      float[] dscaleShift) {
    int row = n * 2 * C;
    for (int c = 0; c < C; c++) {
      double scale = 1;
      if (scaleShift.length > 0) {
        scale += scaleShift[row + c];
        dscaleShift[row + c] = (float) (gammas[c] * sums[C + c] + betas[c] * sums[c]);
        dscaleShift[row + C + c] = (float) sums[c];
      }
      shares[row + c] = (float) (scale * sums[c]);
      shares[row + C + c] = (float) (scale * sums[C + c]);
    }
  }

  private static void sumOverSamples(int N, int C, float[] sums, int at, float[] total) {
    for (int c = 0; c < C; c++) {
      double sum = 0;
      for (int n = 0; n < N; n++) {
        sum += sums[n * 2 * C + at + c];
      }
      total[c] = (float) sum;
    }
  }
}
