package brume.tensor.kernel;

import brume.tensor.DeviceNumber;
import brume.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Steps of optimizers and averages, in place. */
public interface OptimizerKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static OptimizerKernels of(Tensor t) {
    return Backend.of(t).optimizer();
  }

  /**
   * One step of Adam (Kingma and Ba 2014) with the bias corrections folded into the coefficients:
   *
   * <pre>
   *   g ← g + λ₂·p            (L2 penalty)        p ← p − lr·λ·p      (decoupled decay)
   *   m ← β₁·m + (1 − β₁)·g
   *   v ← β₂·v + (1 − β₂)·g²
   *   p ← p − lr/c₁·m/(√(v/c₂) + ε),   c₁ = 1 − β₁ᵗ,   c₂ = 1 − β₂ᵗ
   * </pre>
   *
   * @param at coefficients of this step
   * @param g gradient, not modified
   * @param p parameter, modified
   * @param m first moment, modified
   * @param v second moment, modified
   */
  void adam(AdamCoefficients at, Tensor g, Tensor p, Tensor m, Tensor v);

  /**
   * One step of {@link #adam} for many parameters, the same as one by one. A device on which starting
   * work costs time does them together.
   *
   * @param at coefficients of this step
   * @param g gradients, not modified
   * @param p parameters, modified
   * @param m first moments, modified
   * @param v second moments, modified
   */
  default void adam(
      AdamCoefficients at, List<Tensor> g, List<Tensor> p, List<Tensor> m, List<Tensor> v) {
    for (int i = 0; i < p.size(); i++) {
      adam(at, g.get(i), p.get(i), m.get(i), v.get(i));
    }
  }

  /**
   * The same with coefficients that are others when recorded work is repeated: a repetition asks for them.
   *
   * @param at asks for the coefficients of this step
   * @param g gradients, not modified
   * @param p parameters, modified
   * @param m first moments, modified
   * @param v second moments, modified
   */
  default void adam(
      Supplier<AdamCoefficients> at,
      List<Tensor> g,
      List<Tensor> p,
      List<Tensor> m,
      List<Tensor> v) {
    adam(at.get(), g, p, m, v);
  }

  /**
   * The same with gradients of which a part counts. A device that multiplies while it reads them needs no second
   * set.
   *
   * @param at asks for the coefficients of this step
   * @param factor how much of each gradient counts
   * @param g gradients, not modified
   * @param p parameters, modified
   * @param m first moments, modified
   * @param v second moments, modified
   */
  default void adam(
      Supplier<AdamCoefficients> at,
      double factor,
      List<Tensor> g,
      List<Tensor> p,
      List<Tensor> m,
      List<Tensor> v) {
    List<Tensor> scaled = g;
    if (factor != 1) {
      scaled = g.stream().map(Tensor::like).toList();
      ElementwiseKernels.of(g.get(0)).scale(factor, g, scaled);
    }
    adam(at, scaled, p, m, v);
  }

  /**
   * One step of gradient descent with momentum, as in PyTorch:
   *
   * <pre>
   *   g ← g + λ₂·p
   *   b ← μ·b + share·g        (b ← g in the first step)
   *   p ← p − lr·(nesterov ? g + μ·b : b)
   * </pre>
   *
   * @param at coefficients of this step
   * @param g gradient, not modified
   * @param p parameter, modified
   * @param b momentum buffer, modified
   */
  void sgd(SgdCoefficients at, Tensor g, Tensor p, Tensor b);

  /**
   * One step of {@link #sgd} for many parameters, the same as one by one.
   *
   * @param at coefficients of this step
   * @param g gradients, not modified
   * @param p parameters, modified
   * @param b momentum buffers, modified
   */
  default void sgd(SgdCoefficients at, List<Tensor> g, List<Tensor> p, List<Tensor> b) {
    for (int i = 0; i < p.size(); i++) {
      sgd(at, g.get(i), p.get(i), b.get(i));
    }
  }

  /**
   * The same with coefficients that are others when recorded work is repeated: a repetition asks for them.
   *
   * @param at asks for the coefficients of this step
   * @param g gradients, not modified
   * @param p parameters, modified
   * @param b momentum buffers, modified
   */
  default void sgd(Supplier<SgdCoefficients> at, List<Tensor> g, List<Tensor> p, List<Tensor> b) {
    sgd(at.get(), g, p, b);
  }

  /**
   * The Euclidean norm of all gradients together.
   *
   * @param g gradients, at least one
   * @return the root of the sum of all squares, in double precision; on a device it belongs to the innermost
   *     scope
   */
  default DeviceNumber norm(List<Tensor> g) {
    return DeviceNumber.of(Math.sqrt(ReductionKernels.of(g.get(0)).squaredNorm(g)));
  }

  /**
   * Whether {@link #limit} limits norms without telling them to the host.
   *
   * @return true for a device that the host would have to wait for
   */
  default boolean limitsNorms() {
    return false;
  }

  /**
   * Scales gradients down together so that their Euclidean norm does not exceed a limit:
   *
   * <pre>
   *   y = x·min(1, max/(‖x‖ + ε))
   * </pre>
   *
   * @param max largest norm
   * @param eps ε
   * @param x gradients, at least one, not modified
   * @param y result
   * @return ‖x‖, owned by the innermost scope
   * @throws UnsupportedOperationException unless {@link #limitsNorms}
   */
  default DeviceNumber limit(double max, double eps, List<Tensor> x, List<Tensor> y) {
    throw new UnsupportedOperationException(
        "limit: expected a device that limits norms by itself, got another; scale by a number");
  }

  /**
   * Moves an average toward a parameter: average ← average + rate·(p − average).
   *
   * @param rate in [0, 1]; 1 copies
   * @param p parameter, not modified
   * @param average modified
   */
  void average(double rate, Tensor p, Tensor average);

  /**
   * Moves many averages toward their parameters, the same as one by one.
   *
   * @param rate in [0, 1]; 1 copies
   * @param p parameters, not modified
   * @param averages modified
   */
  default void average(double rate, List<Tensor> p, List<Tensor> averages) {
    for (int i = 0; i < p.size(); i++) {
      average(rate, p.get(i), averages.get(i));
    }
  }

  /**
   * The same at a rate that is another one when recorded work is repeated: a repetition asks for it.
   *
   * @param rate asks for the rate of this step, in [0, 1]; 1 copies, at 0 averages stay as they are
   * @param p parameters, not modified
   * @param averages modified
   */
  default void average(DoubleSupplier rate, List<Tensor> p, List<Tensor> averages) {
    double now = rate.getAsDouble();
    if (now != 0) {
      average(now, p, averages);
    }
  }
}
