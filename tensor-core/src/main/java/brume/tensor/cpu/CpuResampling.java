package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;
import static jdk.incubator.vector.FloatVector.fromArray;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.PoolGeometry;
import brume.tensor.kernel.ResamplingKernels;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Changes of resolution on the CPU; a task makes some rows of the smaller image, or of all of them. */
final class CpuResampling implements ResamplingKernels {

  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

  private final Workers workers;

  CpuResampling(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void upsampleNearest(Tensor x, int factor, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int W = x.shape().dim(2), C = x.shape().dim(3), wide = factor * W * C;
    int rows = x.shape().dim(0) * x.shape().dim(1);
    Pieces.forEachRow(workers, rows, factor * wide, (from, to) -> {
      for (int row = from; row < to; row++) {
        int first = row * factor * wide;
        for (int q = 0; q < factor; q++) {
          copyPixels(W, C, xs, row * W * C, C, ys, first + q * C, factor * C, 1);
        }
        for (int p = 1; p < factor; p++) {
          System.arraycopy(ys, first, ys, first + p * wide, wide);
        }
      }
    });
  }

  @Override
  public void upsampleNearestGrad(Tensor dy, int factor, Tensor dx) {
    float[] dys = floats(dy), dxs = writableFloats(dx);
    int W = dx.shape().dim(2), C = dx.shape().dim(3);
    int H = dx.shape().dim(1), rows = dx.shape().dim(0) * H;
    Pieces.forEachRow(workers, rows, factor * factor * W * C, (from, to) -> {
      for (int row = from; row < to; row++) {
        sumBlocks(
            factor, W, C, dys, row * factor * factor * W * C, factor * W * C, dxs, row * W * C);
      }
    });
  }

  @Override
  public void averagePool(Tensor x, int factor, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int H = x.shape().dim(1), wide = x.shape().dim(2) * x.shape().dim(3);
    int h = y.shape().dim(1), W = y.shape().dim(2), C = y.shape().dim(3);
    float share = 1f / (factor * factor);
    Pieces.forEachRow(workers, y.shape().dim(0) * h, factor * wide, (from, to) -> {
      for (int row = from; row < to; row++) {
        int above = row / h * H + row % h * factor; // the block's first row of x
        sumBlocks(factor, W, C, xs, above * wide, wide, ys, row * W * C);
        for (int i = row * W * C; i < (row + 1) * W * C; i++) {
          ys[i] *= share;
        }
      }
    });
  }

  @Override
  public void averagePoolGrad(Tensor dy, int factor, Tensor dx) {
    float[] dys = floats(dy), dxs = writableFloats(dx);
    int H = dx.shape().dim(1), C = dx.shape().dim(3), wide = dx.shape().dim(2) * C;
    int h = dy.shape().dim(1), W = dy.shape().dim(2);
    float share = 1f / (factor * factor);
    Pieces.forEachRow(workers, dx.shape().dim(0) * H, wide, (from, to) -> {
      for (int row = from; row < to; row++) {
        int p = row % H / factor, first = row * wide;
        int covered = p < h ? factor * W * C : 0; // the rest was left out
        Arrays.fill(dxs, first + covered, first + wide, 0);
        for (int q = 0; covered > 0 && q < factor; q++) {
          int source = (row / H * h + p) * W * C;
          copyPixels(W, C, dys, source, C, dxs, first + q * C, factor * C, share);
        }
      }
    });
  }

  @Override
  public void pixelUnshuffle(Tensor x, int factor, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int W = y.shape().dim(2), C = x.shape().dim(3), wide = factor * W * C;
    int rows = y.shape().dim(0) * y.shape().dim(1);
    Pieces.forEachRow(workers, rows, factor * wide, (from, to) -> {
      for (int row = from; row < to; row++) {
        for (int w = 0; w < W; w++) {
          int block = (row * factor * wide) + w * factor * C;
          int pixel = (row * W + w) * C * factor * factor;
          unshuffle(factor, C, xs, block, wide, ys, pixel);
        }
      }
    });
  }

  @Override
  public void pixelShuffle(Tensor x, int factor, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    int W = x.shape().dim(2), C = y.shape().dim(3), wide = factor * W * C;
    int rows = x.shape().dim(0) * x.shape().dim(1);
    Pieces.forEachRow(workers, rows, factor * wide, (from, to) -> {
      for (int row = from; row < to; row++) {
        for (int w = 0; w < W; w++) {
          int block = (row * factor * wide) + w * factor * C;
          int pixel = (row * W + w) * C * factor * factor;
          shuffle(factor, C, xs, pixel, ys, block, wide);
        }
      }
    });
  }

  @Override
  public void maxPool(PoolGeometry at, Tensor x, Tensor y) {
    MaxPooling.forward(workers, at, floats(x), writableFloats(y));
  }

  @Override
  public void maxPoolGrad(PoolGeometry at, Tensor x, Tensor dy, Tensor dx) {
    MaxPooling.backward(workers, at, floats(x), floats(dy), writableFloats(dx));
  }

  // ---- A row of pixels, a block of pixels ------------------------------------------------------

  /** y = scale*x for {@code count} pixels of C channels, {@code step}s apart. */
  private static void copyPixels(
      int count, int C, float[] x, int xAt, int xStep, float[] y, int yAt, int yStep, float scale) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      for (int w = 0, i = xAt + c, j = yAt + c; w < count; w++, i += xStep, j += yStep) {
        fromArray(LANES, x, i).mul(scale).intoArray(y, j);
      }
    }
    for (; c < C; c++) {
      for (int w = 0, i = xAt + c, j = yAt + c; w < count; w++, i += xStep, j += yStep) {
        y[j] = x[i] * scale;
      }
    }
  }

  /** y = sum over each block of {@code factor} by {@code factor} pixels, for {@code count} blocks. */
  private static void sumBlocks(
      int factor, int count, int C, float[] x, int xAt, int wide, float[] y, int yAt) {
    copyPixels(count, C, x, xAt, factor * C, y, yAt, C, 1);
    for (int other = 1; other < factor * factor; other++) {
      int at = xAt + other / factor * wide + other % factor * C;
      addPixels(count, C, x, at, factor * C, y, yAt);
    }
  }

  private static void addPixels(
      int count, int C, float[] x, int xAt, int xStep, float[] y, int yAt) {
    int c = 0;
    for (int end = LANES.loopBound(C); c < end; c += LANES.length()) {
      for (int w = 0, i = xAt + c, j = yAt + c; w < count; w++, i += xStep, j += C) {
        fromArray(LANES, y, j).add(fromArray(LANES, x, i)).intoArray(y, j);
      }
    }
    for (; c < C; c++) {
      for (int w = 0, i = xAt + c, j = yAt + c; w < count; w++, i += xStep, j += C) {
        y[j] += x[i];
      }
    }
  }

  /** Moves the block of pixels at {@code block} into the channels of the one at {@code pixel}. */
  private static void unshuffle(
      int factor, int C, float[] x, int block, int wide, float[] y, int pixel) {
    int parts = factor * factor;
    if (factor == 2) {
      for (int c = 0; c < C; c++) {
        y[pixel + 4 * c] = x[block + c];
        y[pixel + 4 * c + 1] = x[block + C + c];
        y[pixel + 4 * c + 2] = x[block + wide + c];
        y[pixel + 4 * c + 3] = x[block + wide + C + c];
      }
      return;
    }
    for (int part = 0; part < parts; part++) {
      int from = block + part / factor * wide + part % factor * C;
      for (int c = 0; c < C; c++) {
        y[pixel + c * parts + part] = x[from + c];
      }
    }
  }

  /** Undoes {@link #unshuffle}. */
  private static void shuffle(
      int factor, int C, float[] x, int pixel, float[] y, int block, int wide) {
    int parts = factor * factor;
    if (factor == 2) {
      for (int c = 0; c < C; c++) {
        y[block + c] = x[pixel + 4 * c];
        y[block + C + c] = x[pixel + 4 * c + 1];
        y[block + wide + c] = x[pixel + 4 * c + 2];
        y[block + wide + C + c] = x[pixel + 4 * c + 3];
      }
      return;
    }
    for (int part = 0; part < parts; part++) {
      int to = block + part / factor * wide + part % factor * C;
      for (int c = 0; c < C; c++) {
        y[to + c] = x[pixel + c * parts + part];
      }
    }
  }
}
