package brume.nn.text;

import brume.nn.init.Initialization;
import brume.nn.init.Initializer;

/** Parameters that begin as normal numbers around 0, biases as 0. */
final class Gaussian {

  private Gaussian() {}

  /** Normal numbers of a standard deviation. */
  static Initializer numbers(double deviation) {
    Initializer normal = Initializer.normal();
    return (key, count) -> {
      float[] values = normal.draw(key, count);
      for (int i = 0; i < count; i++) {
        values[i] *= (float) deviation;
      }
      return values;
    };
  }

  /** The rule for layers. */
  static Initialization layers(double deviation) {
    return new Initialization() {
      @Override
      public Initializer weight(int fanIn, int fanOut) {
        return numbers(deviation);
      }

      @Override
      public Initializer bias(int fanIn) {
        return Initializer.constant(0);
      }
    };
  }
}
