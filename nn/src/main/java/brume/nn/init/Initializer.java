package brume.nn.init;

import brume.tensor.random.RandomKey;
import java.util.Arrays;

/** Draws the first numbers of a parameter, on the host, so that every device begins alike. */
@FunctionalInterface
public interface Initializer {

  /**
   * Draws numbers.
   *
   * @param key of the parameter
   * @param count how many
   * @return a fresh array
   */
  float[] draw(RandomKey key, int count);

  /**
   * The same number everywhere.
   *
   * @param value the number
   * @return draws nothing
   */
  static Initializer constant(double value) {
    return (key, count) -> {
      float[] values = new float[count];
      Arrays.fill(values, (float) value);
      return values;
    };
  }

  /**
   * The normal distribution with mean 0 and variance 1.
   *
   * @return draws from N(0, 1)
   */
  static Initializer normal() {
    return (key, count) -> {
      float[] values = new float[count];
      key.fillNormal(0, values, 0, count);
      return values;
    };
  }

  /**
   * The uniform distribution around 0.
   *
   * @param bound largest magnitude
   * @return draws from U(−bound, bound)
   */
  static Initializer uniform(double bound) {
    return (key, count) -> {
      float[] values = new float[count];
      key.fillUniform(0, values, 0, count);
      for (int i = 0; i < count; i++) {
        values[i] = (float) (bound * (2.0 * values[i] - 1));
      }
      return values;
    };
  }

  /**
   * What PyTorch gives the weights and biases of linear layers and convolutions unless told
   * otherwise: U(−1/√fanIn, 1/√fanIn), which is Kaiming's distribution with a = √5.
   *
   * @param fanIn inputs each output depends on
   * @return draws from that range
   * @see <a href="https://arxiv.org/abs/1502.01852">He et al., Delving Deep into Rectifiers
   *     (2015)</a>
   */
  static Initializer kaiming(int fanIn) {
    return uniform(1 / Math.sqrt(fanIn));
  }

  /**
   * Glorot's distribution U(−a, a) with a = √(6·scale/(fanIn + fanOut)).
   *
   * @param fanIn inputs each output depends on
   * @param fanOut outputs each input contributes to
   * @param scale of the variance
   * @return draws from that range
   * @see <a href="https://proceedings.mlr.press/v9/glorot10a.html">Glorot and Bengio, Understanding
   *     the Difficulty of Training Deep Feedforward Neural Networks (2010)</a>
   */
  static Initializer glorot(int fanIn, int fanOut, double scale) {
    return uniform(Math.sqrt(6 * scale / (fanIn + fanOut)));
  }
}
