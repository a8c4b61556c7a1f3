package brume.autograd;

import brume.tensor.DType;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Compares what a backward pass computes with central differences, for any function of variables:
 *
 * <pre>
 *   numeric  = (f(x + h) − f(x − h))/2h,   f = Σ r·y with fixed numbers r between ½ and 1½
 *   analytic = the element of dx that backward(r) delivers
 * </pre>
 *
 * <p>Both agree if |numeric − analytic| ≤ absolute + relative·max(|numeric|, |analytic|). Only double
 * precision is exact enough for this, so the inputs live on the reference backend:
 *
 * <pre>
 *   Variable x = Variable.parameter(Tensor.of(Backends.reference(), Shape.of(3), 0.5f, -1, 2));
 *   GradientCheck.standard().check(() -&gt; silu(x), x).requirePassed();
 * </pre>
 *
 * @param step h for numbers up to 1, in proportion for larger ones
 * @param absolute tolerance
 * @param relative tolerance
 */
public record GradientCheck(double step, double absolute, double relative) {

  private static final RandomKey WEIGHTS = RandomKey.of(0).child("gradient check");

  /**
   * Settings that smooth functions of numbers around 1 pass and wrong derivatives do not.
   *
   * @return h = 1e-5, where truncation and rounding are both near 1e-10; tolerances 1e-8 and 1e-7
   */
  public static GradientCheck standard() {
    return new GradientCheck(1e-5, 1e-8, 1e-7);
  }

  /**
   * One element whose derivatives disagree.
   *
   * @param input number of the input among those given to the check
   * @param shape shape of the input
   * @param element number of the element, last axis fastest
   * @param numeric derivative by central differences
   * @param analytic derivative by the backward pass
   */
  public record Deviation(int input, Shape shape, int element, double numeric, double analytic) {

    /**
     * Distance of the two derivatives.
     *
     * @return |numeric − analytic|, infinite if either is not a number
     */
    public double size() {
      double size = Math.abs(numeric - analytic);
      return Double.isNaN(size) ? Double.POSITIVE_INFINITY : size;
    }

    @Override
    public String toString() {
      return Text.of(
          "input %d %s, element %d: numeric %s, analytic %s",
          input, shape, element, numeric, analytic);
    }
  }

  /**
   * What a check found.
   *
   * @param checked number of elements compared
   * @param deviations those beyond the tolerance, worst first
   */
  public record Report(int checked, List<Deviation> deviations) {

    /** Keeps a copy. {@inheritDoc} */
    public Report {
      deviations = List.copyOf(deviations);
    }

    /**
     * Whether all derivatives agree.
     *
     * @return true if none is beyond the tolerance
     */
    public boolean passed() {
      return deviations.isEmpty();
    }

    /**
     * Refuses a failed check.
     *
     * @throws IllegalStateException with the worst deviation if there is one
     */
    public void requirePassed() {
      if (!passed()) {
        throw new IllegalStateException(toString());
      }
    }

    @Override
    public String toString() {
      return passed()
          ? Text.of("gradient check: all %d derivatives agree", checked)
          : Text.of(
              "gradient check: expected equal derivatives, got %d of %d different; worst is %s",
              deviations.size(), checked, deviations.get(0));
    }
  }

  /**
   * Checks the derivatives of a function with respect to its inputs. Their values are changed while
   * it runs and are as before when it returns.
   *
   * @param function computes the output from the current values of the inputs, the same every time
   * @param inputs parameters to check; constants among them are skipped
   * @return what was found
   * @throws IllegalArgumentException if no input requires a gradient or one is not in double precision
   */
  public Report check(Supplier<Variable> function, Variable... inputs) {
    List<Deviation> deviations = new ArrayList<>();
    int checked = 0;
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].requiresGradient()) {
        requireDoubles(i, inputs[i]);
        checked += inputs[i].shape().size();
        compare(function, i, inputs[i], deviations);
      }
    }
    if (checked == 0) {
      throw new IllegalArgumentException(
          "gradient check: expected an input that requires a gradient, got none");
    }
    deviations.sort(Comparator.comparingDouble(Deviation::size).reversed());
    return new Report(checked, deviations);
  }

  private void compare(
      Supplier<Variable> function, int input, Variable x, List<Deviation> deviations) {
    double[] values = x.value().toDoubles();
    double[] analytic = analytic(function, x);
    for (int i = 0; i < values.length; i++) {
      double h = step * Math.max(1, Math.abs(values[i]));
      double numeric = numeric(function, x, values, i, h);
      double allowed = absolute + relative * Math.max(Math.abs(numeric), Math.abs(analytic[i]));
      Deviation deviation = new Deviation(input, x.shape(), i, numeric, analytic[i]);
      if (!(deviation.size() <= allowed)) {
        deviations.add(deviation);
      }
    }
  }

  private static double[] analytic(Supplier<Variable> function, Variable x) {
    try (Scope scope = Scope.open()) {
      Variable y = function.get();
      if (!y.requiresGradient()) {
        return new double[x.shape().size()];
      }
      double[] r = weights(y.shape());
      return y.backward(Tensor.of(y.value().device(), y.shape(), r))
          .of(x)
          .map(Tensor::toDoubles)
          .orElseGet(() -> new double[x.shape().size()]);
    }
  }

  private static double numeric(
      Supplier<Variable> function, Variable x, double[] values, int i, double h) {
    double[] above = moved(function, x, values, i, h), below = moved(function, x, values, i, -h);
    double[] r = weights(Shape.of(above.length));
    double sum = 0; // of differences: what does not depend on the element leaves no rounding error
    for (int k = 0; k < r.length; k++) {
      sum += r[k] * (above[k] - below[k]);
    }
    return sum / (2 * h);
  }

  /** The output with element i of x moved by h. */
  private static double[] moved(
      Supplier<Variable> function, Variable x, double[] values, int i, double h) {
    double[] shifted = values.clone();
    shifted[i] += h;
    try (Tape.Pause pause = Tape.pause();
        Scope scope = Scope.open()) {
      x.value().copyFrom(shifted);
      return function.get().value().toDoubles();
    } finally {
      x.value().copyFrom(values);
    }
  }

  private static double[] weights(Shape shape) {
    double[] r = new double[shape.size()];
    WEIGHTS.fillUniform(0, r, 0, r.length);
    for (int i = 0; i < r.length; i++) {
      r[i] += 0.5;
    }
    return r;
  }

  private static void requireDoubles(int input, Variable x) {
    DType dtype = x.value().dtype();
    if (dtype != DType.F64) {
      throw new IllegalArgumentException(Text.of(
          "gradient check: expected inputs in double precision, got %s for input %d; use %s",
          dtype, input, "Backends.reference()"));
    }
  }
}
