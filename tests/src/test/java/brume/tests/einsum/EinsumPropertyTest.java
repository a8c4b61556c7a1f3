package brume.tests.einsum;

import static brume.autograd.function.linear.Einsum.einsum;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.BackendProvider;
import brume.tensor.kernel.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EinsumPropertyTest {

  @Property(tries = 1000, seed = "1")
  void equalsALoopOverAllIndices(@ForAll("einsums") RandomEinsum drawn) {
    compare(drawn, Backends.reference(), 1e-13);
  }

  @Property(tries = 1000, seed = "1")
  void equalsALoopOverAllIndicesInSinglePrecision(@ForAll("einsums") RandomEinsum drawn) {
    Assume.that(cpuIsAvailable());
    compare(drawn, Backends.cpu(), 1e-6);
  }

  @Provide
  Arbitrary<RandomEinsum> einsums() {
    return Arbitraries.randomValue(RandomEinsum::draw);
  }

  private static void compare(RandomEinsum drawn, Backend on, double tolerance) {
    Random random = new Random(drawn.hashCode());
    List<double[]> xs = new ArrayList<>();
    drawn.shapes().forEach(shape -> xs.add(numbers(shape(shape), random)));
    Shape output = shape(NaiveEinsum.sizes(drawn, drawn.output()));
    double[] dy = numbers(output, random);
    NaiveEinsum expected = NaiveEinsum.of(drawn, xs, dy);
    try (Scope scope = Scope.open()) {
      Variable[] operands = new Variable[xs.size()];
      for (int i = 0; i < operands.length; i++) {
        Tensor x = Tensor.of(on, shape(drawn.shapes().get(i)), xs.get(i));
        operands[i] = Variable.parameter(x);
      }
      Variable y = einsum(drawn.text(), operands);
      assertEquals(output, y.shape());
      double scale = tolerance * expected.scales().get(0);
      assertClose("y", expected.y(), y.value(), scale);
      Gradients gradients = y.backward(Tensor.of(on, output, dy));
      for (int i = 0; i < operands.length; i++) {
        Tensor dx = gradients.of(operands[i]).orElseThrow();
        scale = tolerance * expected.scales().get(i + 1);
        assertClose("dx" + i, expected.dxs().get(i), dx, scale);
      }
    }
  }

  private static void assertClose(String name, double[] expected, Tensor actual, double tolerance) {
    double[] values = actual.toDoubles();
    assertEquals(expected.length, values.length, name);
    for (int i = 0; i < values.length; i++) {
      assertEquals(expected[i], values[i], tolerance, name + " at " + i);
    }
  }

  private static Shape shape(List<Integer> sizes) {
    return Shape.of(sizes.stream().mapToInt(size -> size).toArray());
  }

  /** Normal numbers that single precision holds exactly. */
  private static double[] numbers(Shape shape, Random random) {
    double[] numbers = new double[shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static boolean cpuIsAvailable() {
    return Backends.providers().stream()
        .filter(provider -> provider.name().equals("cpu"))
        .map(BackendProvider::whyNot)
        .anyMatch(whyNot -> whyNot.isEmpty());
  }
}
