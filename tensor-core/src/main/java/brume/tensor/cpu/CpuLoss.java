package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.LossKernels;

/** Losses on the CPU, added up in double precision. */
final class CpuLoss implements LossKernels {

  private final Workers workers;

  CpuLoss(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void meanSquaredError(Tensor x, Tensor target, Tensor w, Tensor loss) {
    float[] xs = floats(x), targets = floats(target), ws = floats(w);
    int size = x.shape().size(), sample = size / Math.max(1, w.shape().size());
    double[] sums = new double[Pieces.count(size)];
    Pieces.forEach(workers, size, (from, to) -> {
      double sum = 0;
      for (int i = from; i < to; ) {
        int n = i / sample;
        int end = Math.min(to, (n + 1) * sample);
        sum += ws[n] * squaredDistance(xs, targets, i, end);
        i = end;
      }
      sums[Pieces.index(from)] = sum;
    });
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    writableFloats(loss)[0] = (float) (total / size);
  }

  @Override
  public void meanSquaredErrorGrad(Tensor x, Tensor target, Tensor w, Tensor dloss, Tensor dx) {
    float[] xs = floats(x), targets = floats(target), ws = floats(w), dxs = writableFloats(dx);
    int size = x.shape().size(), sample = size / Math.max(1, w.shape().size());
    double scale = floats(dloss)[0] * 2.0 / size;
    Pieces.forEach(workers, size, (from, to) -> {
      for (int i = from; i < to; ) {
        int n = i / sample;
        int end = Math.min(to, (n + 1) * sample);
        scaledDifference((float) (scale * ws[n]), xs, targets, dxs, i, end);
        i = end;
      }
    });
  }

  private static double squaredDistance(float[] x, float[] target, int from, int to) {
    double even = 0, odd = 0; // two sums, so that one addition need not wait for the other
    int i = from;
    for (; i + 1 < to; i += 2) {
      double d = (double) x[i] - target[i], e = (double) x[i + 1] - target[i + 1];
      even += d * d;
      odd += e * e;
    }
    if (i < to) {
      double d = (double) x[i] - target[i];
      even += d * d;
    }
    return even + odd;
  }

  private static void scaledDifference(
      float scale, float[] x, float[] target, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = scale * (x[i] - target[i]);
    }
  }
}
