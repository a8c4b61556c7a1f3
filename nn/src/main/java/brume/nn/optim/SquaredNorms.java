package brume.nn.optim;

import static java.util.Objects.requireNonNull;

import brume.autograd.Variable;
import brume.tensor.Tensor;
import brume.tensor.kernel.ReductionKernels;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The norm of gradients of which no two are there at the same time. Mutable. */
public final class SquaredNorms {

  private final Map<Variable, Double> squares = new IdentityHashMap<>();

  /**
   * Measures a gradient.
   *
   * @param parameter whose gradient it is, given once
   * @param gradient whole
   */
  public void add(Variable parameter, Tensor gradient) {
    squares.put(parameter, ReductionKernels.of(gradient).squaredNorm(gradient));
  }

  /**
   * The norm of all together.
   *
   * @param parameters in the order in which gradients add theirs, for the same bits
   * @return the root of the sum of all squares
   */
  public double norm(List<Variable> parameters) {
    double sum = 0;
    for (Variable parameter : parameters) {
      sum += requireNonNull(squares.get(parameter));
    }
    return Math.sqrt(sum);
  }
}
