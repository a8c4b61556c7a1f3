package brume.tensor.cpu.norm;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static brume.tensor.cpu.loop.Rows.CHAINS;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Columns;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Rows;
import brume.tensor.cpu.loop.Workers;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Layer normalization on the CPU: group normalization of samples that are one position, with one group.
 * {@link CpuGroupNorm} would keep several numbers for each element, as its sums are kept per sample and
 * channel; here a sample is a row and has two.
 */
final class CpuLayerNorm {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private final Workers workers;
  private final FloatPool pool;

  CpuLayerNorm(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  /** y = gamma*(x - mu)*r + beta, with mu and r of each row of x. */
  void forward(
      Tensor x, Tensor gamma, Tensor beta, double eps, Tensor y, Tensor mean, Tensor rstd) {
    float[] xs = floats(x), ys = writableFloats(y);
    float[] means = writableFloats(mean), rstds = writableFloats(rstd);
    int C = gamma.shape().size(), grain = Columns.rowsPerBlock(C);
    Pieces.forEach(workers, mean.shape().size(), grain, (from, to) -> {
      int rows = to - from;
      float[] chains = pool.take(Shape.product(grain, CHAINS));
      float[] squares = pool.take(Shape.product(grain, CHAINS));
      float[] sums = pool.take(Shape.product(2, grain));
      Arrays.fill(chains, 0);
      addRows(xs, from * C, rows, C, chains);
      Rows.sums(chains, rows, means, from);
      for (int r = from; r < to; r++) {
        means[r] /= C; // nearly; what it lacks is measured with the squares
      }
      Arrays.fill(chains, 0);
      Arrays.fill(squares, 0);
      addDistances(xs, from * C, rows, C, means, from, chains, squares);
      Rows.sums(chains, rows, sums, 0);
      Rows.sums(squares, rows, sums, grain);
      for (int r = 0; r < rows; r++) {
        double off = (double) sums[r] / C;
        double mu = means[from + r] + off, variance = (double) sums[grain + r] / C - off * off;
        if (!Double.isFinite(variance)) { // squares beyond float's range, or beyond hope
          mu = slowMean(xs, (from + r) * C, C);
          variance = slowVariance(xs, (from + r) * C, C, mu);
        }
        means[from + r] = (float) mu;
        rstds[from + r] = (float) (1 / Math.sqrt(Math.max(variance, 0) + eps));
      }
      normalize(xs, from * C, rows, C, means, rstds, from, floats(gamma), floats(beta), ys);
      pool.give(chains);
      pool.give(squares);
      pool.give(sums);
    });
  }

  /** dx = r*(d - <d> - xhat*<d*xhat>), d = gamma*dy, and the sums over rows of dy and dy*xhat. */
  void backward(
      Tensor x,
      Tensor gamma,
      Tensor mean,
      Tensor rstd,
      Tensor dy,
      Tensor dx,
      Tensor dgamma,
      Tensor dbeta) {
    float[] xs = floats(x), gammas = floats(gamma), dys = floats(dy), dxs = writableFloats(dx);
    float[] means = floats(mean), rstds = floats(rstd);
    int C = gamma.shape().size(),
        grain = Columns.rowsPerBlock(C),
        N = mean.shape().size();
    int blocks = Pieces.count(N, grain);
    float[] partial = pool.take(Shape.product(blocks, 2, C)); // sums of dy, of dy*xhat
    Pieces.forEach(workers, N, grain, (from, to) -> {
      int rows = to - from;
      float[] chains = pool.take(Shape.product(grain, CHAINS));
      float[] products = pool.take(Shape.product(grain, CHAINS));
      float[] along = pool.take(Shape.product(2, grain)); // <d>, then <d*xhat>
      Arrays.fill(chains, 0);
      Arrays.fill(products, 0);
      addGradients(xs, dys, from * C, rows, C, means, rstds, from, gammas, chains, products);
      Rows.sums(chains, rows, along, 0);
      Rows.sums(products, rows, along, grain);
      for (int r = 0; r < 2 * grain; r++) {
        along[r] /= C;
      }
      inputGradient(
          xs,
          dys,
          from * C,
          rows,
          C,
          means,
          rstds,
          from,
          gammas,
          along,
          grain,
          dxs,
          partial,
          from / grain * 2 * C);
      pool.give(chains);
      pool.give(products);
      pool.give(along);
    });
    sumOverBlocks(blocks, C, partial, 0, writableFloats(dbeta));
    sumOverBlocks(blocks, C, partial, C, writableFloats(dgamma));
    pool.give(partial);
  }

  private static void sumOverBlocks(int blocks, int C, float[] partial, int at, float[] total) {
    for (int c = 0; c < C; c++) {
      double sum = 0;
      for (int block = 0; block < blocks; block++) {
        sum += partial[block * 2 * C + at + c];
      }
      total[c] = (float) sum;
    }
  }

  private static double slowMean(float[] x, int at, int C) {
    double sum = 0;
    for (int i = at; i < at + C; i++) {
      sum += x[i];
    }
    return sum / C;
  }

  private static double slowVariance(float[] x, int at, int C, double mu) {
    double sum = 0;
    for (int i = at; i < at + C; i++) {
      sum += (x[i] - mu) * (x[i] - mu);
    }
    return sum / C;
  }

  // ---- Loops over a block, column by column ----------------------------------------------------

  /** chains[r] += x, spread over the chains of row r. */
  private static void addRows(float[] x, int at, int rows, int C, float[] chains) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      for (int r = 0, i = at + c, l = c % CHAINS; r < rows; r++, i += C, l += CHAINS) {
        fromArray(LANES, x, i).add(fromArray(LANES, chains, l)).intoArray(chains, l);
      }
    }
    for (; c < C; c++) {
      int chain = Rows.chain(c, C);
      for (int r = 0, i = at + c, l = chain; r < rows; r++, i += C, l += CHAINS) {
        chains[l] += x[i];
      }
    }
  }

  /** chains[r] += x - mu, squares[r] += (x - mu)^2. */
  private static void addDistances(
      float[] x, int at, int rows, int C, float[] mean, int from, float[] chains, float[] squares) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      for (int r = 0, i = at + c, l = c % CHAINS; r < rows; r++, i += C, l += CHAINS) {
        FloatVector d = fromArray(LANES, x, i).sub(mean[from + r]);
        d.add(fromArray(LANES, chains, l)).intoArray(chains, l);
        d.fma(d, fromArray(LANES, squares, l)).intoArray(squares, l);
      }
    }
    for (; c < C; c++) {
      int chain = Rows.chain(c, C);
      for (int r = 0, i = at + c, l = chain; r < rows; r++, i += C, l += CHAINS) {
        float d = x[i] - mean[from + r];
        chains[l] += d;
        squares[l] = Math.fma(d, d, squares[l]);
      }
    }
  }

  /** y = gamma*xhat + beta. */
  private static void normalize(
      float[] x,
      int at,
      int rows,
      int C,
      float[] mean,
      float[] rstd,
      int from,
      float[] gamma,
      float[] beta,
      float[] y) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector g = fromArray(LANES, gamma, c), b = fromArray(LANES, beta, c);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector xhat = fromArray(LANES, x, i).sub(mean[from + r]).mul(rstd[from + r]);
        xhat.fma(g, b).intoArray(y, i);
      }
    }
    for (; c < C; c++) {
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        y[i] = Math.fma((x[i] - mean[from + r]) * rstd[from + r], gamma[c], beta[c]);
      }
    }
  }

  /** chains[r] += gamma*dy, products[r] += gamma*dy*xhat. */
  private static void addGradients(
      float[] x,
      float[] dy,
      int at,
      int rows,
      int C,
      float[] mean,
      float[] rstd,
      int from,
      float[] gamma,
      float[] chains,
      float[] products) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      FloatVector g = fromArray(LANES, gamma, c);
      for (int r = 0, i = at + c, l = c % CHAINS; r < rows; r++, i += C, l += CHAINS) {
        FloatVector d = fromArray(LANES, dy, i).mul(g);
        FloatVector xhat = fromArray(LANES, x, i).sub(mean[from + r]).mul(rstd[from + r]);
        d.add(fromArray(LANES, chains, l)).intoArray(chains, l);
        d.fma(xhat, fromArray(LANES, products, l)).intoArray(products, l);
      }
    }
    for (; c < C; c++) {
      int chain = Rows.chain(c, C);
      for (int r = 0, i = at + c, l = chain; r < rows; r++, i += C, l += CHAINS) {
        float d = dy[i] * gamma[c];
        chains[l] += d;
        products[l] = Math.fma(d, (x[i] - mean[from + r]) * rstd[from + r], products[l]);
      }
    }
  }

  /** dx, and the block's sums of dy and dy*xhat. */
  private static void inputGradient(
      float[] x,
      float[] dy,
      int at,
      int rows,
      int C,
      float[] mean,
      float[] rstd,
      int from,
      float[] gamma,
      float[] along,
      int alongXhat,
      float[] dx,
      float[] sums,
      int to) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector g = fromArray(LANES, gamma, c), sum = FloatVector.zero(LANES), product = sum;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector d = fromArray(LANES, dy, i);
        FloatVector xhat = fromArray(LANES, x, i).sub(mean[from + r]).mul(rstd[from + r]);
        sum = sum.add(d);
        product = d.fma(xhat, product);
        FloatVector taken =
            xhat.fma(broadcast(LANES, along[alongXhat + r]), broadcast(LANES, along[r]));
        d.mul(g).sub(taken).mul(rstd[from + r]).intoArray(dx, i);
      }
      sum.intoArray(sums, to + c);
      product.intoArray(sums, to + C + c);
    }
    for (; c < C; c++) {
      float sum = 0, product = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        float d = dy[i], xhat = (x[i] - mean[from + r]) * rstd[from + r];
        sum += d;
        product = Math.fma(d, xhat, product);
        float taken = Math.fma(xhat, along[alongXhat + r], along[r]);
        dx[i] = (d * gamma[c] - taken) * rstd[from + r];
      }
      sums[to + c] = sum;
      sums[to + C + c] = product;
    }
  }
}
