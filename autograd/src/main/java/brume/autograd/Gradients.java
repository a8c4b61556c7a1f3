package brume.autograd;

import brume.tensor.DeviceNumber;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import brume.tensor.kernel.OptimizerKernels;
import brume.tensor.kernel.ReductionKernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a backward pass returns: one gradient for every parameter the loss depends on. Gradients are
 * not stored in the parameters, so there is nothing to set to zero.
 *
 * <p>Where all of them were scaled down together, the factor stays beside them until somebody asks for one: a second
 * set would be as many numbers as the network has. An optimizer can multiply while it reads.
 */
public final class Gradients {

  private final Map<Variable, Tensor> ofParameters;
  private final double factor;

  Gradients(Map<Variable, Tensor> ofParameters) {
    this(ofParameters, 1);
  }

  private Gradients(Map<Variable, Tensor> ofParameters, double factor) {
    this.ofParameters = ofParameters;
    this.factor = factor;
  }

  /**
   * Gradients that were computed elsewhere.
   *
   * @param ofParameters in the order in which {@link #squaredNorm} adds, each of its parameter's shape
   * @return the gradients
   */
  public static Gradients of(Map<Variable, Tensor> ofParameters) {
    return new Gradients(new LinkedHashMap<>(ofParameters));
  }

  /**
   * The parameters that have a gradient.
   *
   * @return in the order in which {@link #squaredNorm} adds
   */
  public List<Variable> parameters() {
    return List.copyOf(ofParameters.keySet());
  }

  /**
   * The gradient of one parameter.
   *
   * @param parameter any variable
   * @return of the parameter's shape, not to be modified because parameters may share one; owned by the
   *     innermost scope if there is a {@link #factor}; empty if the loss does not depend on it
   */
  public Optional<Tensor> of(Variable parameter) {
    return unscaled(parameter).map(gradient -> factor == 1 ? gradient : scaled(gradient));
  }

  /**
   * The gradient of one parameter, of which {@link #factor} times as much is meant.
   *
   * @param parameter any variable
   * @return of the parameter's shape, not to be modified; empty if the loss does not depend on it
   */
  public Optional<Tensor> unscaled(Variable parameter) {
    return Optional.ofNullable(ofParameters.get(parameter));
  }

  /**
   * What {@link #unscaled} gradients are to be multiplied by.
   *
   * @return 1 unless all were scaled down together
   */
  public double factor() {
    return factor;
  }

  private Tensor scaled(Tensor gradient) {
    Tensor y = gradient.like();
    ElementwiseKernels.of(y).affine(factor, gradient, 0, y);
    return y;
  }

  /** Each multiplied by the factor already. */
  private Map<Variable, Tensor> whole() {
    return factor == 1 ? ofParameters : times(1).ofParameters;
  }

  /**
   * Sum of the squares of all elements of all gradients.
   *
   * @return the squared norm, in double precision
   */
  public double squaredNorm() {
    List<Tensor> all = List.copyOf(whole().values());
    return all.isEmpty() ? 0 : ReductionKernels.of(all.get(0)).squaredNorm(all);
  }

  /**
   * Root of {@link #squaredNorm}, without waiting for the device.
   *
   * @return the norm, on a device owned by the innermost scope
   */
  public DeviceNumber norm() {
    List<Tensor> all = List.copyOf(whole().values());
    return all.isEmpty() ? DeviceNumber.of(0) : OptimizerKernels.of(all.get(0)).norm(all);
  }

  /**
   * Gradients whose norm was limited, and the norm before.
   *
   * @param gradients those given, or smaller ones
   * @param norm of those given
   */
  public record Limited(Gradients gradients, DeviceNumber norm) {}

  /**
   * All gradients times max/(norm + ε), if that is less than one.
   *
   * @param max largest norm
   * @param eps ε
   * @return the same with a {@link #factor} if they had to change, or new tensors, owned by the innermost scope, if
   *     the device decides that
   */
  public Limited limited(double max, double eps) {
    List<Tensor> xs = List.copyOf(whole().values());
    if (xs.isEmpty() || !OptimizerKernels.of(xs.get(0)).limitsNorms()) {
      double norm = Math.sqrt(squaredNorm()), share = max / (norm + eps);
      Gradients smaller = share < 1 ? new Gradients(ofParameters, share * factor) : this;
      return new Limited(smaller, DeviceNumber.of(norm));
    }
    Map<Variable, Tensor> limited = new LinkedHashMap<>();
    ofParameters.forEach((parameter, gradient) -> limited.put(parameter, gradient.like()));
    DeviceNumber norm =
        OptimizerKernels.of(xs.get(0)).limit(max, eps, xs, List.copyOf(limited.values()));
    return new Limited(new Gradients(limited), norm);
  }

  /**
   * Largest absolute value of any element.
   *
   * @return the maximum norm
   */
  public double maxAbs() {
    double max = 0;
    for (Tensor gradient : whole().values()) {
      max = Math.max(max, ReductionKernels.of(gradient).maxAbs(gradient));
    }
    return max;
  }

  /**
   * The sum of two sets of gradients, for batches that are computed in parts.
   *
   * @param other gradients of another part
   * @return new tensors, owned by the innermost scope, where both have one
   */
  public Gradients plus(Gradients other) {
    Map<Variable, Tensor> sums = new LinkedHashMap<>(whole());
    other
        .whole()
        .forEach((parameter, gradient) -> sums.merge(parameter, gradient, (a, b) -> {
          Tensor sum = a.like();
          ElementwiseKernels.of(sum).add(a, b, sum);
          return sum;
        }));
    return new Gradients(sums);
  }

  /**
   * All gradients times a number.
   *
   * @param number what they are multiplied by
   * @return new tensors, owned by the innermost scope
   */
  public Gradients times(double number) {
    Map<Variable, Tensor> scaled = new LinkedHashMap<>();
    ofParameters.forEach((parameter, gradient) -> scaled.put(parameter, gradient.like()));
    List<Tensor> xs = List.copyOf(ofParameters.values()), ys = List.copyOf(scaled.values());
    if (!xs.isEmpty()) {
      ElementwiseKernels.of(xs.get(0)).scale(number * factor, xs, ys);
    }
    return new Gradients(scaled);
  }

  /**
   * All gradients with every element brought into a range.
   *
   * @param limit largest absolute value
   * @return new tensors, owned by the innermost scope
   */
  public Gradients within(double limit) {
    Map<Variable, Tensor> limited = new LinkedHashMap<>();
    whole().forEach((parameter, gradient) -> {
      Tensor y = gradient.like();
      ElementwiseKernels.of(y).clamp(gradient, -limit, limit, y);
      limited.put(parameter, y);
    });
    return new Gradients(limited);
  }
}
