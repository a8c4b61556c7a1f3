package brume.nn;

import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.autograd.GradientCheck;
import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What every network must do, in double precision. */
public final class NetworkChecks {

  /** Where networks are checked. */
  public static final Device ON = Backends.reference();

  private static final int LARGEST = 40; // numbers of a parameter whose gradient is checked

  private NetworkChecks() {}

  /** Normal numbers whose gradient is wanted. */
  public static Variable numbers(int... shape) {
    Shape sizes = Shape.of(shape);
    float[] values = new float[sizes.size()];
    RandomKey.of(2).fillNormal(0, values, 0, values.length);
    return Variable.parameter(Tensor.of(ON, sizes, values));
  }

  /** Gives all parameters numbers of their own, those that begin as zero, too. */
  public static void stir(Network network) {
    for (NamedParameter parameter : network.parameters()) {
      Tensor value = parameter.variable().value();
      float[] noise = new float[value.shape().size()];
      RandomKey.of(5).child(parameter.path()).fillNormal(0, noise, 0, noise.length);
      double[] stirred = value.toDoubles();
      for (int i = 0; i < noise.length; i++) {
        stirred[i] += 0.2 * noise[i];
      }
      value.copyFrom(stirred);
    }
  }

  /**
   * Compares gradients, those of x too, with differences; larger parameters are left to the golden
   * cases.
   */
  public static void requireGradients(Network network, Query query) {
    List<Variable> inputs = new ArrayList<>(List.of(query.xt()));
    for (NamedParameter parameter : network.parameters()) {
      Variable variable = parameter.variable();
      if (variable.requiresGradient() && variable.shape().size() <= LARGEST) {
        inputs.add(variable);
      }
    }
    new GradientCheck(1e-5, 1e-7, 1e-5)
        .check(() -> network.predict(query), inputs.toArray(Variable[]::new))
        .requirePassed();
  }

  /** Gradients of layers that are computed again must be those of layers that are remembered. */
  public static void requireSameWhenRecomputed(Network network, Query query) {
    Query frugal =
        new Query(query.xt(), query.times(), query.condition(), query.pass().recomputing());
    for (NamedParameter parameter : network.parameters()) {
      if (parameter.variable().requiresGradient()) {
        assertArrayEquals(
            gradient(network, query, parameter.variable()),
            gradient(network, frugal, parameter.variable()),
            1e-9,
            parameter.path());
      }
    }
  }

  private static double[] gradient(Network network, Query query, Variable of) {
    Gradients gradients = sum(network.predict(query)).backward();
    return gradients.of(of).orElseThrow().toDoubles();
  }

  /** Times and classes must matter to each sample, and to no other. */
  public static void requireTimesAndClassesMatter(Network network, Variable x) {
    Condition first = Condition.none().withLabels(0, 1);
    Query query = new Query(x, new double[] {1, 2}, first, Pass.inference());
    double[] before = network.predict(query).value().toDoubles();
    requireSecondAlone(before, network, query.withTimes(1, 3));
    requireSecondAlone(before, network, query.withCondition(Condition.none().withLabels(0, 2)));
    requireSecondAlone(
        before, network, query.withCondition(Condition.none().withLabels(0, Condition.NO_CLASS)));
  }

  private static void requireSecondAlone(double[] before, Network network, Query query) {
    double[] after = network.predict(query).value().toDoubles();
    int half = before.length / 2;
    assertArrayEquals(Arrays.copyOf(before, half), Arrays.copyOf(after, half), 1e-12);
    assertFalse(
        Arrays.equals(
            Arrays.copyOfRange(before, half, before.length),
            Arrays.copyOfRange(after, half, after.length)),
        "expected another answer for the second sample");
  }
}
