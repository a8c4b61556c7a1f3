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

/** RMS normalization on the CPU: a task brings a block of positions to length, then scales it. */
final class CpuRmsNorm {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final double SMALLEST_NORM = 1e-12; // as normalize of PyTorch has it
  private static final float SAFE = 1e30f; // squares summed in float hold between 1/SAFE and SAFE

  private final Workers workers;
  private final FloatPool pool;

  CpuRmsNorm(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  void forward(Tensor x, Tensor g, Tensor y, Around around) {
    float[] xs = floats(x), gs = floats(g), ys = writableFloats(y);
    int C = g.shape().size(), positions = x.shape().size() / Math.max(1, C);
    int grain = Pieces.even(positions, Columns.rowsPerBlock(C));
    Pieces.forEach(workers, positions, grain, (from, to) -> {
      int rows = to - from;
      float[] chains = pool.take(Shape.product(grain, CHAINS));
      float[] inverse = pool.take(grain); // 1/|x|
      around.before(xs, from * C, rows, C);
      Arrays.fill(chains, 0);
      addSquares(xs, from * C, rows, C, chains);
      Rows.sums(chains, rows, inverse, 0);
      for (int r = 0; r < rows; r++) {
        double norm = norm(xs, (from + r) * C, C, inverse[r]);
        inverse[r] = (float) (1 / Math.max(norm, SMALLEST_NORM));
      }
      scale(xs, from * C, rows, C, inverse, gs, ys);
      around.after(ys, from * C, rows, C);
      pool.give(chains);
      pool.give(inverse);
    });
  }

  void backward(Tensor x, Tensor g, Tensor dy, Tensor dx, Tensor dg) {
    float[] xs = floats(x),
        gs = floats(g),
        dys = floats(dy),
        dxs = writableFloats(dx),
        dgs = writableFloats(dg);
    int C = g.shape().size(), grain = Columns.rowsPerBlock(C);
    int positions = x.shape().size() / Math.max(1, C), blocks = Pieces.count(positions, grain);
    float[] partial = pool.take(Shape.product(blocks, C)); // sum of dy*u of each block
    Pieces.forEach(workers, positions, grain, (from, to) -> {
      int rows = to - from;
      float[] chains = pool.take(Shape.product(grain, CHAINS));
      float[] inverse = pool.take(grain); // 1/|x|
      float[] along = pool.take(grain); // u*(g*dy)
      Arrays.fill(chains, 0);
      addSquares(xs, from * C, rows, C, chains);
      Rows.sums(chains, rows, inverse, 0);
      Arrays.fill(chains, 0);
      addProducts(xs, gs, dys, from * C, rows, C, chains);
      Rows.sums(chains, rows, along, 0);
      for (int r = 0; r < rows; r++) {
        int at = (from + r) * C;
        double norm = norm(xs, at, C, inverse[r]);
        double dot = Float.isFinite(along[r]) ? along[r] : dot(xs, gs, dys, at, C);
        along[r] = norm < SMALLEST_NORM ? 0 : (float) (dot / norm);
        inverse[r] = (float) (1 / Math.max(norm, SMALLEST_NORM));
      }
      inputGradient(xs, gs, dys, from * C, rows, C, inverse, along, dxs, partial, from / grain * C);
      if (C == 1) {
        clearRounding(from, rows, inverse, dxs);
      }
      pool.give(chains);
      pool.give(inverse);
      pool.give(along);
    });
    for (int c = 0; c < C; c++) {
      double sum = 0;
      for (int block = 0; block < blocks; block++) {
        sum += partial[block * C + c];
      }
      dgs[c] = (float) (sum * Math.sqrt(C));
    }
    pool.give(partial);
  }

  /** The length of a row, from its sum of squares unless that left the range of float. */
  private static double norm(float[] x, int at, int C, float squares) {
    if (squares > 1 / SAFE && squares < SAFE) {
      return Math.sqrt(squares);
    }
    double sum = 0;
    for (int i = at; i < at + C; i++) {
      sum += (double) x[i] * x[i];
    }
    return Math.sqrt(sum);
  }

  /** A single channel keeps nothing but its sign: its gradient is 0, and not next to it. */
  private static void clearRounding(int from, int rows, float[] inverse, float[] dx) {
    for (int r = 0; r < rows; r++) {
      if (inverse[r] < (float) (1 / SMALLEST_NORM) && !Float.isNaN(dx[from + r])) {
        dx[from + r] = 0;
      }
    }
  }

  private static double dot(float[] x, float[] g, float[] dy, int at, int C) {
    double sum = 0;
    for (int c = 0; c < C; c++) {
      sum += (double) x[at + c] * g[c] * dy[at + c];
    }
    return sum;
  }

  // ---- Loops over a block, column by column ----------------------------------------------------

  /** chains[r] += x^2, spread over the chains of row r. */
  private static void addSquares(float[] x, int at, int rows, int C, float[] chains) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      for (int r = 0, i = at + c, l = c % CHAINS; r < rows; r++, i += C, l += CHAINS) {
        FloatVector v = fromArray(LANES, x, i);
        v.fma(v, fromArray(LANES, chains, l)).intoArray(chains, l);
      }
    }
    for (; c < C; c++) {
      int chain = Rows.chain(c, C);
      for (int r = 0, i = at + c, l = chain; r < rows; r++, i += C, l += CHAINS) {
        chains[l] = Math.fma(x[i], x[i], chains[l]);
      }
    }
  }

  /** chains[r] += x*g*dy, spread over the chains of row r. */
  private static void addProducts(
      float[] x, float[] g, float[] dy, int at, int rows, int C, float[] chains) {
    int c = 0;
    for (int end = LANES.loopBound(Columns.whole(C)); c < end; c += LANES.length()) {
      FloatVector scale = fromArray(LANES, g, c);
      for (int r = 0, i = at + c, l = c % CHAINS; r < rows; r++, i += C, l += CHAINS) {
        FloatVector product = fromArray(LANES, dy, i).mul(scale);
        product.fma(fromArray(LANES, x, i), fromArray(LANES, chains, l)).intoArray(chains, l);
      }
    }
    for (; c < C; c++) {
      int chain = Rows.chain(c, C);
      for (int r = 0, i = at + c, l = chain; r < rows; r++, i += C, l += CHAINS) {
        chains[l] = Math.fma(dy[i] * g[c], x[i], chains[l]);
      }
    }
  }

  /** y = x/|x|*g*sqrt(C). */
  private static void scale(
      float[] x, int at, int rows, int C, float[] inverse, float[] g, float[] y) {
    int c = 0;
    float root = (float) Math.sqrt(C);
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector scale = fromArray(LANES, g, c).mul(root);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        fromArray(LANES, x, i).mul(inverse[r]).mul(scale).intoArray(y, i);
      }
    }
    for (; c < C; c++) {
      float scale = g[c] * root;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        y[i] = x[i] * inverse[r] * scale;
      }
    }
  }

  /** dx = (g*dy - u*along)*sqrt(C)/|x|, and the block's sums of dy*u. */
  private static void inputGradient(
      float[] x,
      float[] g,
      float[] dy,
      int at,
      int rows,
      int C,
      float[] inverse,
      float[] along,
      float[] dx,
      float[] sums,
      int to) {
    int c = 0;
    float root = (float) Math.sqrt(C);
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      FloatVector scale = fromArray(LANES, g, c), sum = FloatVector.zero(LANES);
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        FloatVector perLength = broadcast(LANES, inverse[r]);
        FloatVector u = fromArray(LANES, x, i).mul(perLength), d = fromArray(LANES, dy, i);
        sum = d.fma(u, sum);
        FloatVector across = u.fma(broadcast(LANES, -along[r]), d.mul(scale));
        across.mul(perLength.mul(root)).intoArray(dx, i);
      }
      sum.intoArray(sums, to + c);
    }
    for (; c < C; c++) {
      float sum = 0;
      for (int r = 0, i = at + c; r < rows; r++, i += C) {
        float u = x[i] * inverse[r], d = dy[i];
        sum = Math.fma(d, u, sum);
        dx[i] = Math.fma(u, -along[r], d * g[c]) * (inverse[r] * root);
      }
      sums[to + c] = sum;
    }
  }
}
