package brume.diffusion.likelihood;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Logarithm of the probability that a normal number falls into the bin of an 8-bit pixel, in nats.
 * Pixels are in [−1, 1], so bins are 2/255 wide; the first and the last one are open.
 *
 * <pre>
 *   y = log max(Δ, floor),   Δ = Φ(u₊) − Φ(u₋),   u± = (x − m ± 1/255)·e^(−s)      m mean, s log scale
 *       Φ(u₊) = 1 where x &gt; 0.999,   Φ(u₋) = 0 where x &lt; −0.999
 *   dm = −dx = −dy/Δ·(φ(u₊) − φ(u₋))·e^(−s),   ds = −dy/Δ·(φ(u₊)·u₊ − φ(u₋)·u₋);   0 where Δ &lt; floor
 * </pre>
 *
 * @param x saved pixels
 * @param mean saved m
 * @param logScale saved s
 * @param floor saved smallest probability
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. (2020), section 3.3</a>
 */
public record DiscretizedLogLikelihood(Tensor x, Tensor mean, Tensor logScale, double floor)
    implements Differentiable {

  private static final double HALF_BIN = 1.0 / 255,
      OUTERMOST = 0.999; // as in the code of Ho et al.

  /**
   * Likelihood of pixels.
   *
   * @param x pixels, in [−1, 1]
   * @param mean m
   * @param logScale s, logarithm of the standard deviation
   * @param floor smallest probability, which keeps the logarithm finite
   * @return its logarithm at every element
   * @throws ShapeException if the three shapes differ
   */
  public static Variable discretizedLogLikelihood(
      Variable x, Variable mean, Variable logScale, double floor) {
    ShapeException.unless(
        x.shape().equals(mean.shape()) && x.shape().equals(logScale.shape()),
        "discretizedLogLikelihood: expected three equal shapes, got x %s, mean %s and logScale %s",
        x.shape(),
        mean.shape(),
        logScale.shape());
    DiscretizedLogLikelihood step =
        new DiscretizedLogLikelihood(x.value(), mean.value(), logScale.value(), floor);
    double[] xs = step.x.toDoubles(), ms = step.mean.toDoubles(), ss = step.logScale.toDoubles();
    double[] y = new double[xs.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.log(Math.max(step.bin(xs[i], ms[i], ss[i]).probability(), floor));
    }
    Tensor result = Tensor.of(step.x.device(), x.shape(), y);
    return Variable.of(result, step, x, mean, logScale);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    double[] xs = x.toDoubles(), ms = mean.toDoubles(), ss = logScale.toDoubles();
    double[] dys = dy.toDoubles();
    double[] dx = new double[dys.length], dm = new double[dys.length], ds = new double[dys.length];
    for (int i = 0; i < dys.length; i++) {
      Bin bin = bin(xs[i], ms[i], ss[i]);
      if (bin.probability() >= floor) {
        double dDelta = dys[i] / bin.probability();
        dx[i] = dDelta * (bin.upperDensity() - bin.lowerDensity()) * Math.exp(-ss[i]);
        dm[i] = -dx[i];
        ds[i] = -dDelta * (bin.upperDensity() * bin.upper() - bin.lowerDensity() * bin.lower());
      }
    }
    grads.put(0, () -> Tensor.of(dy.device(), dy.shape(), dx));
    grads.put(1, () -> Tensor.of(dy.device(), dy.shape(), dm));
    grads.put(2, () -> Tensor.of(dy.device(), dy.shape(), ds));
  }

  private Bin bin(double pixel, double m, double s) {
    double precision = Math.exp(-s);
    return new Bin(
        (pixel - m - HALF_BIN) * precision,
        (pixel - m + HALF_BIN) * precision,
        pixel < -OUTERMOST,
        pixel > OUTERMOST);
  }

  /** A bin in standard units; which of its limits are infinite. */
  private record Bin(double lower, double upper, boolean first, boolean last) {

    double probability() {
      return (last ? 1 : NormalCdf.of(upper)) - (first ? 0 : NormalCdf.of(lower));
    }

    double upperDensity() {
      return last ? 0 : NormalCdf.density(upper);
    }

    double lowerDensity() {
      return first ? 0 : NormalCdf.density(lower);
    }
  }
}
