package brume.tensor.reference;

import static brume.tensor.HeapStorage.doubles;
import static brume.tensor.HeapStorage.writableDoubles;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionGeometry.Columns;
import brume.tensor.kernel.AttentionKernels;
import java.util.Arrays;

/**
 * What softmax and attention mean. Attention copies each head's matrices out, computes with them, and
 * copies the results back.
 */
final class ReferenceAttention implements AttentionKernels {

  @Override
  public void softmax(Tensor x, Tensor y) {
    int C = x.shape().dim(-1);
    for (int row = 0; row < x.shape().size(); row += C) {
      softmax(doubles(x), writableDoubles(y), row, 1, C);
    }
  }

  @Override
  public void softmaxGrad(Tensor y, Tensor dy, Tensor dx) {
    int C = y.shape().dim(-1);
    for (int row = 0; row < y.shape().size(); row += C) {
      softmaxGrad(doubles(y), doubles(dy), writableDoubles(dx), row, 1, C);
    }
  }

  @Override
  public void attention(
      AttentionGeometry at, Tensor q, Tensor k, Tensor v, double scale, Tensor y, Tensor p) {
    int LQ = at.lq(), LK = at.lk(), D = at.d(), DV = at.dv();
    for (int n = 0; n < at.n(); n++) {
      for (int head = 0; head < at.heads(); head++) {
        double[] qs = take(D, q, at.q(), LQ, n, head);
        double[] ks = take(D, k, at.k(), LK, n, head);
        double[] vs = take(DV, v, at.v(), LK, n, head);
        double[] ps = new double[Shape.product(LQ, LK)], ys = new double[Shape.product(LQ, DV)];
        for (int i = 0; i < LQ; i++) {
          for (int j = 0; j < LK; j++) {
            for (int d = 0; d < D; d++) {
              ps[i * LK + j] += scale * qs[i * D + d] * ks[j * D + d];
            }
          }
          softmax(ps, ps, i * LK, 1, LK);
          for (int j = 0; j < LK; j++) {
            for (int d = 0; d < DV; d++) {
              ys[i * DV + d] += ps[i * LK + j] * vs[j * DV + d];
            }
          }
        }
        System.arraycopy(ps, 0, writableDoubles(p), (n * at.heads() + head) * ps.length, ps.length);
        put(DV, ys, y, dense(at, DV), LQ, n, head);
      }
    }
  }

  @Override
  public void attentionGrad(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor p,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv) {
    int LQ = at.lq(), LK = at.lk(), D = at.d(), DV = at.dv();
    for (int n = 0; n < at.n(); n++) {
      for (int head = 0; head < at.heads(); head++) {
        double[] qs = take(D, q, at.q(), LQ, n, head), dqs = new double[Shape.product(LQ, D)];
        double[] ks = take(D, k, at.k(), LK, n, head), dks = new double[Shape.product(LK, D)];
        double[] vs = take(DV, v, at.v(), LK, n, head), dvs = new double[Shape.product(LK, DV)];
        double[] dys = take(DV, dy, dense(at, DV), LQ, n, head);
        double[] ps = new double[Shape.product(LQ, LK)], ds = new double[Shape.product(LQ, LK)];
        System.arraycopy(doubles(p), (n * at.heads() + head) * ps.length, ps, 0, ps.length);
        for (int i = 0; i < LQ; i++) {
          for (int j = 0; j < LK; j++) {
            for (int d = 0; d < DV; d++) {
              dvs[j * DV + d] += ps[i * LK + j] * dys[i * DV + d];
              ds[i * LK + j] += dys[i * DV + d] * vs[j * DV + d]; // dp so far
            }
          }
          softmaxGrad(ps, ds, ds, i * LK, 1, LK);
          for (int j = 0; j < LK; j++) {
            for (int d = 0; d < D; d++) {
              dqs[i * D + d] += scale * ds[i * LK + j] * ks[j * D + d];
              dks[j * D + d] += scale * ds[i * LK + j] * qs[i * D + d];
            }
          }
        }
        put(D, dqs, dq, at.q(), LQ, n, head);
        put(D, dks, dk, at.k(), LK, n, head);
        put(DV, dvs, dv, at.v(), LK, n, head);
      }
    }
  }

  @Override
  public void linearAttention(
      AttentionGeometry at,
      Tensor q,
      Tensor k,
      Tensor v,
      double scale,
      Tensor y,
      Tensor qhat,
      Tensor khat,
      Tensor context) {
    int LQ = at.lq(), LK = at.lk(), D = at.d(), DV = at.dv();
    for (int n = 0; n < at.n(); n++) {
      for (int head = 0; head < at.heads(); head++) {
        double[] qs = take(D, q, at.q(), LQ, n, head);
        double[] ks = take(D, k, at.k(), LK, n, head);
        double[] vs = take(DV, v, at.v(), LK, n, head);
        for (int i = 0; i < LQ; i++) {
          softmax(qs, qs, i * D, 1, D);
        }
        for (int d = 0; d < D; d++) {
          softmax(ks, ks, d, D, LK);
        }
        double[] cs = new double[Shape.product(D, DV)], ys = new double[Shape.product(LQ, DV)];
        for (int d = 0; d < D; d++) {
          for (int e = 0; e < DV; e++) {
            for (int j = 0; j < LK; j++) {
              cs[d * DV + e] += ks[j * D + d] * vs[j * DV + e];
            }
            for (int i = 0; i < LQ; i++) {
              ys[i * DV + e] += scale * qs[i * D + d] * cs[d * DV + e];
            }
          }
        }
        put(D, qs, qhat, dense(at, D), LQ, n, head);
        put(D, ks, khat, dense(at, D), LK, n, head);
        System.arraycopy(cs, 0, writableDoubles(context), (n * at.heads() + head) * D * DV, D * DV);
        put(DV, ys, y, dense(at, DV), LQ, n, head);
      }
    }
  }

  @Override
  public void linearAttentionGrad(
      AttentionGeometry at,
      Tensor v,
      double scale,
      Tensor qhat,
      Tensor khat,
      Tensor context,
      Tensor dy,
      Tensor dq,
      Tensor dk,
      Tensor dv) {
    int LQ = at.lq(), LK = at.lk(), D = at.d(), DV = at.dv();
    for (int n = 0; n < at.n(); n++) {
      for (int head = 0; head < at.heads(); head++) {
        double[] qs = take(D, qhat, dense(at, D), LQ, n, head),
            dqs = new double[Shape.product(LQ, D)];
        double[] ks = take(D, khat, dense(at, D), LK, n, head),
            dks = new double[Shape.product(LK, D)];
        double[] vs = take(DV, v, at.v(), LK, n, head), dvs = new double[Shape.product(LK, DV)];
        double[] dys = take(DV, dy, dense(at, DV), LQ, n, head);
        double[] cs = new double[Shape.product(D, DV)];
        System.arraycopy(doubles(context), (n * at.heads() + head) * D * DV, cs, 0, D * DV);
        for (int d = 0; d < D; d++) {
          for (int e = 0; e < DV; e++) {
            double dc = 0;
            for (int i = 0; i < LQ; i++) {
              dc += scale * qs[i * D + d] * dys[i * DV + e];
              dqs[i * D + d] += scale * dys[i * DV + e] * cs[d * DV + e];
            }
            for (int j = 0; j < LK; j++) {
              dks[j * D + d] += vs[j * DV + e] * dc;
              dvs[j * DV + e] += ks[j * D + d] * dc;
            }
          }
        }
        for (int i = 0; i < LQ; i++) {
          softmaxGrad(qs, dqs, dqs, i * D, 1, D);
        }
        for (int d = 0; d < D; d++) {
          softmaxGrad(ks, dks, dks, d, D, LK);
        }
        put(D, dqs, dq, at.q(), LQ, n, head);
        put(D, dks, dk, at.k(), LK, n, head);
        put(DV, dvs, dv, at.v(), LK, n, head);
      }
    }
  }

  @Override
  public void linearSelfAttention(
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      Tensor out,
      double scale,
      Tensor y,
      Tensor keyMax,
      Tensor keySum,
      Tensor context) {
    Tensor qkv = projected(at, x, w), z = wide(at, x), qhat = z.like(), khat = z.like();
    linearAttention(at, qkv, qkv, qkv, scale, z, qhat, khat, context);
    product(rows(at), out.shape().dim(0), at.inner(), z, out, y);
    for (int i = 0; i < at.n() * at.inner(); i++) {
      int n = i / at.inner(), first = at.k().at() + i % at.inner();
      double max = Double.NEGATIVE_INFINITY, sum = 0;
      for (int l = 0; l < at.lk(); l++) {
        max = Math.max(max, doubles(qkv)[(n * at.lk() + l) * at.k().row() + first]);
      }
      for (int l = 0; l < at.lk(); l++) {
        sum += Math.exp(doubles(qkv)[(n * at.lk() + l) * at.k().row() + first] - max);
      }
      writableDoubles(keyMax)[i] = max;
      writableDoubles(keySum)[i] = sum;
    }
  }

  @Override
  public void linearSelfAttentionGrad(
      AttentionGeometry at,
      Tensor x,
      Tensor w,
      Tensor out,
      double scale,
      Tensor keyMax,
      Tensor keySum,
      Tensor context,
      Tensor dy,
      Tensor dx,
      Tensor dw,
      Tensor dout) {
    Tensor qkv = projected(at, x, w), z = wide(at, x), qhat = z.like(), khat = z.like();
    linearAttention(at, qkv, qkv, qkv, scale, z, qhat, khat, context.like());
    Tensor dz = z.like(), d = qkv.like();
    productGradients(rows(at), out.shape().dim(0), at.inner(), z, out, dy, dz, dout);
    linearAttentionGrad(at, qkv, scale, qhat, khat, context, dz, d, d, d);
    productGradients(rows(at), at.q().row(), x.shape().dim(-1), x, w, d, dx, dw);
  }

  private static int rows(AttentionGeometry at) {
    return at.n() * at.lq();
  }

  /** A tensor for what all heads make. */
  private static Tensor wide(AttentionGeometry at, Tensor x) {
    return x.like(Shape.of(at.n(), at.lq(), at.inner()));
  }

  /** Queries, keys and values side by side, x·wᵀ. */
  private static Tensor projected(AttentionGeometry at, Tensor x, Tensor w) {
    Tensor qkv = x.like(Shape.of(at.n(), at.lq(), at.q().row()));
    product(rows(at), at.q().row(), x.shape().dim(-1), x, w, qkv);
    return qkv;
  }

  /** y (rows, O) = x (rows, C) · wᵀ, w (O, C). */
  private static void product(int rows, int O, int C, Tensor x, Tensor w, Tensor y) {
    double[] xs = doubles(x), ws = doubles(w), ys = writableDoubles(y);
    Arrays.fill(ys, 0);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < O; o++) {
        for (int c = 0; c < C; c++) {
          ys[r * O + o] += xs[r * C + c] * ws[o * C + c];
        }
      }
    }
  }

  /** dx = dy·w and dw = dyᵀ·x. */
  private static void productGradients(
      int rows, int O, int C, Tensor x, Tensor w, Tensor dy, Tensor dx, Tensor dw) {
    double[] xs = doubles(x), ws = doubles(w), dys = doubles(dy);
    double[] dxs = writableDoubles(dx), dws = writableDoubles(dw);
    Arrays.fill(dxs, 0);
    Arrays.fill(dws, 0);
    for (int r = 0; r < rows; r++) {
      for (int o = 0; o < O; o++) {
        for (int c = 0; c < C; c++) {
          dxs[r * C + c] += dys[r * O + o] * ws[o * C + c];
          dws[o * C + c] += dys[r * O + o] * xs[r * C + c];
        }
      }
    }
  }

  // ---- Softmax of the numbers first, first + step, ... ------------------------------------------

  private static void softmax(double[] x, double[] y, int first, int step, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, x[first + i * step]);
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(x[first + i * step] - max);
    }
    for (int i = 0; i < count; i++) {
      y[first + i * step] = Math.exp(x[first + i * step] - max) / sum;
    }
  }

  private static void softmaxGrad(
      double[] y, double[] dy, double[] dx, int first, int step, int count) {
    double along = 0; // Σ dy·y
    for (int i = 0; i < count; i++) {
      along += dy[first + i * step] * y[first + i * step];
    }
    for (int i = 0; i < count; i++) {
      dx[first + i * step] = y[first + i * step] * (dy[first + i * step] - along);
    }
  }

  // ---- Heads ------------------------------------------------------------------------------------

  /** All heads of width D side by side and nothing else. */
  private static Columns dense(AttentionGeometry at, int D) {
    return new Columns(0, at.heads() * D);
  }

  /** The matrix (L, D) of one head of one sample. */
  private static double[] take(int D, Tensor from, Columns columns, int L, int n, int head) {
    double[] matrix = new double[Shape.product(L, D)];
    for (int l = 0; l < L; l++) {
      int first = (n * L + l) * columns.row() + columns.at() + head * D;
      System.arraycopy(doubles(from), first, matrix, l * D, D);
    }
    return matrix;
  }

  private static void put(
      int D, double[] matrix, Tensor into, Columns columns, int L, int n, int head) {
    for (int l = 0; l < L; l++) {
      int first = (n * L + l) * columns.row() + columns.at() + head * D;
      System.arraycopy(matrix, l * D, writableDoubles(into), first, D);
    }
  }
}
