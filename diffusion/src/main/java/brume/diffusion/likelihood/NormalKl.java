package brume.diffusion.likelihood;

import brume.autograd.Differentiable;
import brume.autograd.InputGradients;
import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import java.util.List;

/**
 * Divergence of one normal distribution from another, element by element, in nats.
 *
 * <pre>
 *   KL   = ½·(−1 + l₂ − l₁ + e^(l₁−l₂) + (m₁ − m₂)²·e^(−l₂))      m mean, l logarithm of the variance
 *   dm₁  = dy·(m₁ − m₂)·e^(−l₂) = −dm₂
 *   dl₁  = dy·½·(e^(l₁−l₂) − 1)
 *   dl₂  = dy·½·(1 − e^(l₁−l₂) − (m₁ − m₂)²·e^(−l₂))
 * </pre>
 *
 * @param mean1 saved m₁
 * @param logVariance1 saved l₁
 * @param mean2 saved m₂
 * @param logVariance2 saved l₂
 */
public record NormalKl(Tensor mean1, Tensor logVariance1, Tensor mean2, Tensor logVariance2)
    implements Differentiable {

  /**
   * KL(N(m₁, e^l₁) ‖ N(m₂, e^l₂)).
   *
   * @param mean1 m₁
   * @param logVariance1 l₁
   * @param mean2 m₂
   * @param logVariance2 l₂
   * @return the divergence of every element
   * @throws ShapeException if the four shapes differ
   */
  public static Variable normalKl(
      Variable mean1, Variable logVariance1, Variable mean2, Variable logVariance2) {
    Shape shape = mean1.shape();
    for (Variable other : List.of(logVariance1, mean2, logVariance2)) {
      ShapeException.unless(
          shape.equals(other.shape()),
          "normalKl: expected four equal shapes, got mean1 %s and another of %s",
          shape,
          other.shape());
    }
    NormalKl step =
        new NormalKl(mean1.value(), logVariance1.value(), mean2.value(), logVariance2.value());
    double[] m1 = step.mean1.toDoubles(), l1 = step.logVariance1.toDoubles();
    double[] m2 = step.mean2.toDoubles(), l2 = step.logVariance2.toDoubles();
    double[] y = new double[m1.length];
    for (int i = 0; i < y.length; i++) {
      double gap = (m1[i] - m2[i]) * (m1[i] - m2[i]) * Math.exp(-l2[i]);
      y[i] = (-1 + l2[i] - l1[i] + Math.exp(l1[i] - l2[i]) + gap) / 2;
    }
    Tensor result = Tensor.of(step.mean1.device(), shape, y);
    return Variable.of(result, step, mean1, logVariance1, mean2, logVariance2);
  }

  @Override
  public void backward(Tensor dy, InputGradients grads) {
    double[] m1 = mean1.toDoubles(), l1 = logVariance1.toDoubles();
    double[] m2 = mean2.toDoubles(), l2 = logVariance2.toDoubles();
    double[] dys = dy.toDoubles();
    double[] dm1 = new double[dys.length], dl1 = new double[dys.length];
    double[] dm2 = new double[dys.length], dl2 = new double[dys.length];
    for (int i = 0; i < dys.length; i++) {
      double ratio = Math.exp(l1[i] - l2[i]), precision = Math.exp(-l2[i]);
      double gap = m1[i] - m2[i];
      dm1[i] = dys[i] * gap * precision;
      dm2[i] = -dm1[i];
      dl1[i] = dys[i] * (ratio - 1) / 2;
      dl2[i] = dys[i] * (1 - ratio - gap * gap * precision) / 2;
    }
    grads.put(0, () -> Tensor.of(dy.device(), dy.shape(), dm1));
    grads.put(1, () -> Tensor.of(dy.device(), dy.shape(), dl1));
    grads.put(2, () -> Tensor.of(dy.device(), dy.shape(), dm2));
    grads.put(3, () -> Tensor.of(dy.device(), dy.shape(), dl2));
  }
}
