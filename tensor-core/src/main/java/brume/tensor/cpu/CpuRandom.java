package brume.tensor.cpu;

import static brume.tensor.HeapStorage.floats;
import static brume.tensor.HeapStorage.writableFloats;

import brume.tensor.Tensor;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.Pieces;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;

/** Random numbers on the CPU, a piece of the tensor per task. */
final class CpuRandom implements RandomKernels {

  private static final int PIECE = 1 << 11; // some 20 us

  private final Workers workers;
  private final FloatPool pool;

  CpuRandom(Workers workers, FloatPool pool) {
    this.workers = workers;
    this.pool = pool;
  }

  @Override
  public void uniform(RandomKey key, long first, Tensor y) {
    float[] ys = writableFloats(y);
    Pieces.forEach(
        workers,
        y.shape().size(),
        PIECE,
        (from, to) -> key.fillUniform(first + from, ys, from, to - from));
  }

  @Override
  public void normal(RandomKey key, long first, Tensor y) {
    float[] ys = writableFloats(y);
    Pieces.forEach(
        workers,
        y.shape().size(),
        PIECE,
        (from, to) -> key.fillNormal(first + from, ys, from, to - from));
  }

  @Override
  public void dropout(RandomKey key, double rate, Tensor x, Tensor y) {
    float[] xs = floats(x), ys = writableFloats(y);
    float scale = (float) (1 / (1 - rate));
    Pieces.forEach(workers, y.shape().size(), PIECE, (from, to) -> {
      float[] drawn = pool.take(PIECE);
      key.fillUniform(from, drawn, 0, to - from);
      for (int i = from; i < to; i++) {
        ys[i] = drawn[i - from] >= rate ? xs[i] * scale : 0;
      }
      pool.give(drawn);
    });
  }
}
