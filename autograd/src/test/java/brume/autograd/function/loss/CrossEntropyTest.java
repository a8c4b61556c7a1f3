package brume.autograd.function.loss;

import static brume.autograd.function.loss.CrossEntropy.crossEntropy;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.Test;

class CrossEntropyTest {

  private static final double NEVER = Double.NEGATIVE_INFINITY;

  @Test
  void impossibleClassesNobodyAskedForDoNotCount() {
    try (Scope scope = Scope.open()) {
      Variable x = Variable.parameter(of(0, NEVER, 0));
      Variable loss = crossEntropy(x, Variable.constant(of(1, 0, 0)));
      assertEquals(Math.log(2), loss.value().item(), 1e-15);
      double[] dx = loss.backward().of(x).orElseThrow().toDoubles();
      assertArrayEquals(new double[] {-0.5, 0, 0.5}, dx, 1e-15);
    }
  }

  @Test
  void smoothingSpreadsOverAllClasses() {
    Labeling labeling = Labeling.of(4).smoothed(0.2).weighted(1, 2, 3, 4);
    assertArrayEquals(
        new double[] {0.05, 0.1, 2.55, 0.2, 0, 0, 0, 0}, labeling.distributions(2, -100), 1e-15);
    assertEquals(3 + 1, labeling.totalWeight(2, -100, 0));
  }

  @Test
  void ignoredPositionsHaveNoGradient() {
    try (Scope scope = Scope.open()) {
      Variable x = Variable.parameter(of(3, -1, 2));
      Labeling labeling = Labeling.of(3).ignoring(1);
      Variable loss = crossEntropy(x, Variable.constant(of(labeling.distributions(1))));
      assertEquals(0, loss.value().item());
      assertArrayEquals(new double[3], sum(loss).backward().of(x).orElseThrow().toDoubles());
    }
  }

  private static Tensor of(double... values) {
    return Tensor.of(Backends.reference(), Shape.of(values.length), values);
  }
}
