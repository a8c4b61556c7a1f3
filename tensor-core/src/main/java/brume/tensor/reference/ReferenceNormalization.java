package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;
import static brume.tensor.reference.ReferenceActivation.sigmoid;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.GroupGeometry;
import brume.tensor.kernel.NormalizationKernels;
import brume.tensor.kernel.UnaryFunction;
import java.util.Arrays;
import java.util.Optional;

/** What normalization means. */
final class ReferenceNormalization implements NormalizationKernels {

  private static final double SMALLEST_NORM = 1e-12; // as normalize of PyTorch has it

  @Override
  public void groupNorm(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    for (int n = 0; n < at.n(); n++) {
      for (int g = 0; g < at.g(); g++) {
        int[] group = elements(at, n, g);

        double mu = 0;
        for (int i : group) {
          mu += xs[i];
        }
        mu /= group.length;

        double variance = 0;
        for (int i : group) {
          variance += (xs[i] - mu) * (xs[i] - mu);
        }
        variance /= group.length;
        double r = 1 / Math.sqrt(variance + eps);

        for (int i : group) {
          int c = i % at.c();
          ys[i] = doubles(gamma)[c] * (xs[i] - mu) * r + doubles(beta)[c];
        }
        writableDoubles(mean)[n * at.g() + g] = mu;
        writableDoubles(rstd)[n * at.g() + g] = r;
      }
    }
  }

  @Override
  public void groupNormGrad(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta) {
    double[] xs = doubles(x), dys = doubles(dy), dxs = writableDoubles(dx);
    double[] dgammas = writableDoubles(dgamma), dbetas = writableDoubles(dbeta);
    Arrays.fill(dgammas, 0);
    Arrays.fill(dbetas, 0);
    for (int n = 0; n < at.n(); n++) {
      for (int g = 0; g < at.g(); g++) {
        int[] group = elements(at, n, g);
        double mu = doubles(mean)[n * at.g() + g];
        double r = doubles(rstd)[n * at.g() + g];

        double a = 0; // ⟨γ·dy⟩
        double b = 0; // ⟨γ·dy·x̂⟩
        for (int i : group) {
          int c = i % at.c();
          double xhat = (xs[i] - mu) * r;
          a += doubles(gamma)[c] * dys[i] / group.length;
          b += doubles(gamma)[c] * dys[i] * xhat / group.length;
          dbetas[c] += dys[i];
          dgammas[c] += dys[i] * xhat;
        }

        for (int i : group) {
          double xhat = (xs[i] - mu) * r;
          dxs[i] = r * (doubles(gamma)[i % at.c()] * dys[i] - a - xhat * b);
        }
      }
    }
  }

  @Override
  public void groupNormSiLU(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      double eps,
      Tensor y,
      Tensor mean,
      Tensor rstd) {
    groupNorm(at, x, gamma, beta, eps, y, mean, rstd);
    if (scaleShift.shape().size() > 0) {
      scaleShift(y, scaleShift, y);
    }
    new ReferenceActivation().apply(UnaryFunction.SILU, 0, y, y);
  }

  @Override
  public Optional<Tensor> groupNormSiLUGrad(
      GroupGeometry at,
      Tensor x,
      Tensor gamma,
      Tensor beta,
      Tensor scaleShift,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta,
      Tensor dscaleShift) {
    boolean scaled = scaleShift.shape().size() > 0;
    double[] xs = doubles(x), dys = doubles(dy), dxs = writableDoubles(dx);
    double[] dscaleShifts = writableDoubles(dscaleShift);
    Arrays.fill(dscaleShifts, 0);
    for (int i = 0; i < x.shape().size(); i++) {
      int c = i % at.c(), n = i / (at.p() * at.c());
      int perGroup = n * at.g() + c / at.d(), a = n * 2 * at.c() + c, b = a + at.c();
      double xhat = (xs[i] - doubles(mean)[perGroup]) * doubles(rstd)[perGroup];
      double normalized = doubles(gamma)[c] * xhat + doubles(beta)[c];
      double scale = scaled ? 1 + doubles(scaleShift)[a] : 1;
      double u = normalized * scale + (scaled ? doubles(scaleShift)[b] : 0);
      double du = dys[i] * sigmoid(u) * (1 + u * (1 - sigmoid(u)));
      if (scaled) {
        dscaleShifts[a] += du * normalized;
        dscaleShifts[b] += du;
      }
      dxs[i] = du * scale; // gradient with respect to γ·x̂ + β
    }
    groupNormGrad(at, x, gamma, mean, rstd, dx, dx, dgamma, dbeta);
    return Optional.empty();
  }

  @Override
  public void rmsNorm(Tensor x, Tensor g, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    int C = g.shape().size();
    for (int row = 0; row < x.shape().size(); row += C) {
      double divisor = Math.max(norm(xs, row, C), SMALLEST_NORM);
      for (int c = 0; c < C; c++) {
        ys[row + c] = doubles(g)[c] * xs[row + c] * Math.sqrt(C) / divisor;
      }
    }
  }

  @Override
  public void rmsNormGrad(Tensor x, Tensor g, Tensor dy, Tensor dx, Tensor dg) {
    double[] xs = doubles(x), dys = doubles(dy), dxs = writableDoubles(dx);
    int C = g.shape().size();
    double[] dgs = writableDoubles(dg);
    Arrays.fill(dgs, 0);
    for (int row = 0; row < x.shape().size(); row += C) {
      double norm = norm(xs, row, C), divisor = Math.max(norm, SMALLEST_NORM);

      double along = 0; // u·(g·dy), 0 where the divisor is a constant
      for (int c = 0; c < C && norm >= SMALLEST_NORM; c++) {
        along += xs[row + c] / divisor * doubles(g)[c] * dys[row + c];
      }
      for (int c = 0; c < C; c++) {
        double u = xs[row + c] / divisor;
        dgs[c] += dys[row + c] * u * Math.sqrt(C);
        dxs[row + c] = Math.sqrt(C) / divisor * (doubles(g)[c] * dys[row + c] - u * along);
      }
    }
  }

  @Override
  public void scaleShift(Tensor x, Tensor scaleShift, Tensor y) {
    double[] xs = doubles(x), ys = writableDoubles(y);
    int C = x.shape().dim(-1), sample = x.shape().size() / x.shape().dim(0);
    for (int i = 0; i < x.shape().size(); i++) {
      int a = i / sample * 2 * C + i % C, b = a + C;
      ys[i] = xs[i] * (1 + doubles(scaleShift)[a]) + doubles(scaleShift)[b];
    }
  }

  @Override
  public void scaleShiftGrad(
      Tensor x, Tensor scaleShift, Tensor dy, Tensor dx, Tensor dscaleShift) {
    double[] xs = doubles(x), dys = doubles(dy), dxs = writableDoubles(dx);
    int C = x.shape().dim(-1), sample = x.shape().size() / x.shape().dim(0);
    double[] dscaleShifts = writableDoubles(dscaleShift);
    Arrays.fill(dscaleShifts, 0);
    for (int i = 0; i < x.shape().size(); i++) {
      int a = i / sample * 2 * C + i % C, b = a + C;
      dscaleShifts[a] += dys[i] * xs[i];
      dscaleShifts[b] += dys[i];
      dxs[i] = dys[i] * (1 + doubles(scaleShift)[a]);
    }
  }

  /** Positions in x of the P·D elements of group g of sample n. */
  private static int[] elements(GroupGeometry at, int n, int g) {
    int[] elements = new int[Shape.product(at.p(), at.d())];
    for (int k = 0; k < elements.length; k++) {
      int p = k / at.d(), c = g * at.d() + k % at.d();
      elements[k] = (n * at.p() + p) * at.c() + c;
    }
    return elements;
  }

  private static double norm(double[] xs, int row, int C) {
    double squares = 0;
    for (int c = 0; c < C; c++) {
      squares += xs[row + c] * xs[row + c];
    }
    return Math.sqrt(squares);
  }
}
