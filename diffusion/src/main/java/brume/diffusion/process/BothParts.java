package brume.diffusion.process;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;

/**
 * The output of a network that tells both the noise and the data, and at each place how much either counts.
 *
 * @param noise (N, ..., C) estimate of ε
 * @param data (N, ..., C) estimate of x_0
 * @param shares (N, ..., 2) of the data that follow from the noise, and of {@code data}; their sum is 1
 */
public record BothParts(Variable noise, Variable data, Variable shares) {

  /** Channels that tell the shares, before their softmax. */
  static final int SHARES = 2;

  /**
   * Takes an output apart.
   *
   * @param output (N, ..., 2C + 2)
   * @return its parts
   */
  public static BothParts of(Variable output) {
    int all = output.shape().dim(-1), channels = (all - SHARES) / 2;
    return new BothParts(
        slice(output, -1, 0, channels),
        slice(output, -1, channels, 2 * channels),
        softmax(slice(output, -1, 2 * channels, all)));
  }

  /**
   * The data according to both.
   *
   * @param fromNoise (N, ..., C) data that follow from the noise
   * @return (N, ..., C) the mixture
   */
  public Variable mixed(Variable fromNoise) {
    return add(
        multiply(fromNoise, slice(shares, -1, 0, 1)), multiply(data, slice(shares, -1, 1, 2)));
  }
}
