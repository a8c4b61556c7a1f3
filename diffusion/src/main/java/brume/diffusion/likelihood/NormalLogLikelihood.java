package brume.diffusion.likelihood;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;

/**
 * Logarithm of a normal density, element by element, in nats.
 *
 * <pre>
 *   y  = −½·(log 2π + l + (x − m)²·e^(−l))       m mean, l logarithm of the variance
 *   dx = −dy·(x − m)·e^(−l) = −dm
 *   dl = dy·½·((x − m)²·e^(−l) − 1)
 * </pre>
 *
 * @param x saved point
 * @param mean saved m
 * @param logVariance saved l
 */
public record NormalLogLikelihood(Tensor x, Tensor mean, Tensor logVariance)
    implements Differentiable {

  /**
   * log N(x; m, e^l).
   *
   * @param x points
   * @param mean m
   * @param logVariance l
   * @return the logarithm of the density at every element
   * @throws ShapeException if the three shapes differ
   */
  public static Variable normalLogLikelihood(Variable x, Variable mean, Variable logVariance) {
    ShapeException.unless(
        x.shape().equals(mean.shape()) && x.shape().equals(logVariance.shape()),
        "normalLogLikelihood: expected three equal shapes, got x %s, mean %s and logVariance %s",
        x.shape(),
        mean.shape(),
        logVariance.shape());
    NormalLogLikelihood step =
        new NormalLogLikelihood(x.value(), mean.value(), logVariance.value());
    double[] xs = x.value().toDoubles(), ms = mean.value().toDoubles();
    double[] ls = logVariance.value().toDoubles();
    double[] y = new double[xs.length];
    for (int i = 0; i < y.length; i++) {
      double gap = (xs[i] - ms[i]) * (xs[i] - ms[i]) * Math.exp(-ls[i]);
      y[i] = -(Math.log(2 * Math.PI) + ls[i] + gap) / 2;
    }
    Tensor result = Tensor.of(x.value().device(), x.shape(), y);
    return Variable.of(result, step, x, mean, logVariance);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    double[] xs = x.toDoubles(), ms = mean.toDoubles(), ls = logVariance.toDoubles();
    double[] dys = dy.toDoubles();
    double[] dx = new double[dys.length], dm = new double[dys.length], dl = new double[dys.length];
    for (int i = 0; i < dys.length; i++) {
      double gap = xs[i] - ms[i], precision = Math.exp(-ls[i]);
      dm[i] = dys[i] * gap * precision;
      dx[i] = -dm[i];
      dl[i] = dys[i] * (gap * gap * precision - 1) / 2;
    }
    grads.put(0, () -> Tensor.of(dy.device(), dy.shape(), dx));
    grads.put(1, () -> Tensor.of(dy.device(), dy.shape(), dm));
    grads.put(2, () -> Tensor.of(dy.device(), dy.shape(), dl));
  }
}
