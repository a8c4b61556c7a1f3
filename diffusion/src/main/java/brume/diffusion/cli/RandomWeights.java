package brume.diffusion.cli;

import brume.nn.NamedParameter;
import brume.tensor.Shape;
import brume.tensor.Storage;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;

/** Fills parameters of either width as fresh ones are filled, a few numbers at a time. */
final class RandomWeights {

  private static final int SOME = 1 << 16;

  private RandomWeights() {}

  /** Matrices and filters as Kaiming has it, scales 1, all else 0. */
  static void fill(List<NamedParameter> parameters, RandomKey key) {
    parameters.parallelStream().forEach(parameter -> fill(parameter, key.child(parameter.path())));
  }

  private static void fill(NamedParameter parameter, RandomKey key) {
    Shape shape = parameter.variable().shape();
    Storage storage = parameter.variable().value().writableStorage();
    int size = shape.size();
    double bound = 1 / Math.sqrt(size / Math.max(1.0, shape.dim(0)));
    float[] some = new float[Math.min(size, SOME)];
    Arrays.fill(some, parameter.path().endsWith("weight") ? 1 : 0);
    for (int at = 0; at < size; at += SOME) {
      int count = Math.min(SOME, size - at);
      if (shape.rank() > 1) {
        key.child("part", at / SOME).fillUniform(0, some, 0, count);
        for (int i = 0; i < count; i++) {
          some[i] = (float) (bound * (2.0 * some[i] - 1));
        }
      }
      storage.write(some, 0, at, count);
    }
  }
}
