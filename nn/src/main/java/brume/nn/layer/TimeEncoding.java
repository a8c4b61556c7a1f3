package brume.nn.layer;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.nn.ConfigException.unless;

import brume.autograd.Variable;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;

/**
 * How a time becomes numbers a network can work with: sines and cosines of many frequencies. Closed:
 * {@link Sinusoidal} or {@link Fourier}.
 */
public sealed interface TimeEncoding {

  /**
   * Frequencies in a geometric series, for times that count steps. With half = dim/2:
   *
   * <pre>
   *   y[i]        = sin(t·ωᵢ),  y[half + i] = cos(t·ωᵢ),   ωᵢ = θ^(−i/(half − shift))
   * </pre>
   *
   * <p>An odd dim ends in a zero.
   *
   * @param theta θ, ratio of the largest to the smallest frequency if shift is 1
   * @param cosineFirst whether the cosines come before the sines
   * @param shift what the number of frequencies is lowered by: 1 to end at 1/θ, 0 to end just above
   * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., Attention Is All You Need (2017),
   *     §3.5</a>
   */
  record Sinusoidal(double theta, boolean cosineFirst, double shift) implements TimeEncoding {

    /** Refuses ratios that are not positive. {@inheritDoc} */
    public Sinusoidal {
      unless(theta > 0, "time encoding: expected a theta above 0, got %s", theta);
    }

    /**
     * Sines before cosines, frequencies from 1 to 1/θ.
     *
     * @param theta θ, ratio of the largest to the smallest frequency
     */
    public Sinusoidal(double theta) {
      this(theta, false, 1);
    }

    /**
     * Encodes times, in double precision: at t = 1000 a float's angle is wrong in the fifth place.
     *
     * @param times one per sample
     * @param dim numbers per time, 4 or more
     * @return (N, dim), row by row
     */
    public double[] encode(double[] times, int dim) {
      int half = dim / 2, sines = cosineFirst ? half : 0, cosines = half - sines;
      double[] y = new double[Shape.product(times.length, dim)];
      for (int n = 0; n < times.length; n++) {
        for (int i = 0; i < half; i++) {
          double angle = times[n] * Math.exp(-i * Math.log(theta) / (half - shift));
          y[n * dim + sines + i] = Math.sin(angle);
          y[n * dim + cosines + i] = Math.cos(angle);
        }
      }
      return y;
    }

    /**
     * Encodes the times of a query. A gradient that leads to learned times goes through the derivatives,
     *
     * <pre>
     *   y'[sines] = ωᵢ·y[cosines],   y'[cosines] = −ωᵢ·y[sines]
     * </pre>
     *
     * @param query of N samples
     * @param device of the result
     * @param dim numbers per time, 4 or more
     * @return (N, dim)
     */
    public Variable encoded(Query query, Device device, int dim) {
      double[] times = query.times();
      Shape shape = Shape.of(times.length, dim);
      Variable encoded = query.ofTimes(device, shape, now -> encode(now, dim));
      if (query.learnedTimes().isEmpty()) {
        return encoded;
      }
      double[] y = encode(times, dim);
      int half = dim / 2, sines = cosineFirst ? half : 0, cosines = half - sines;
      double[] slopes = new double[y.length];
      for (int n = 0; n < times.length; n++) {
        for (int i = 0; i < half; i++) {
          double frequency = Math.exp(-i * Math.log(theta) / (half - shift));
          slopes[n * dim + sines + i] = frequency * y[n * dim + cosines + i];
          slopes[n * dim + cosines + i] = -frequency * y[n * dim + sines + i];
        }
      }
      Variable learned = query.learnedTimes().get();
      Variable zero = subtract(learned, Variable.constant(learned.value())); // but for its gradient
      return add(
          encoded,
          multiply(
              Variable.constant(Tensor.of(device, shape, slopes)),
              reshape(zero, Shape.of(times.length, 1))));
    }
  }

  /**
   * The time itself and waves of frequencies drawn at random, for times of the order of one. With
   * half = dim/2:
   *
   * <pre>
   *   y[0] = t,  y[1 + i] = sin(2π·t·wᵢ),  y[1 + half + i] = cos(2π·t·wᵢ)
   * </pre>
   *
   * @param dim number of waves, even
   * @param learned whether the frequencies are trained or stay as drawn
   */
  record Fourier(int dim, boolean learned) implements TimeEncoding {

    /** Refuses odd numbers of waves. {@inheritDoc} */
    public Fourier {
      unless(
          dim >= 2 && dim % 2 == 0,
          "time encoding: expected an even number of waves, got dim = %d",
          dim);
    }
  }
}
