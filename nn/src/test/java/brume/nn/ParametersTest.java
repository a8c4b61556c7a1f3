package brume.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Linear;
import brume.tensor.DType;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParametersTest {

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void namesAreRelativeToWhereTheyAreAskedFor() {
    Parameters root = Parameters.of(reference, RandomKey.of(1));
    Linear inner = new Linear(root.child("outer.0").child("inner"), 2, 3);
    assertEquals(List.of("weight", "bias"), names(inner.parameters()));
    assertEquals(List.of("outer.0.inner.weight", "outer.0.inner.bias"), names(root.all()));
  }

  @Test
  void theFirstNumbersDependOnKeyAndPathAlone() {
    Parameters one = Parameters.of(reference, RandomKey.of(1));
    new Linear(one.child("a"), 4, 4);
    Linear second = new Linear(one.child("b"), 4, 4);
    Parameters other = Parameters.of(reference, RandomKey.of(1));
    Linear alone = new Linear(other.child("b"), 4, 4);
    assertArrayEquals(weight(second), weight(alone));

    Linear elsewhere = new Linear(other.child("c"), 4, 4);
    assertNotEquals(weight(alone)[0], weight(elsewhere)[0]);
    Linear otherKey = new Linear(Parameters.of(reference, RandomKey.of(2)).child("b"), 4, 4);
    assertNotEquals(weight(alone)[0], weight(otherKey)[0]);
  }

  @Test
  void whatIsToBeReadIsNotDrawn() {
    Linear layer = Parameters.toBeRead(
        () -> new Linear(Parameters.of(reference, RandomKey.of(1)), 2, 3, notToBeDrawn()));
    assertEquals(Shape.of(3, 2), layer.parameters().get(0).variable().shape());
    new Linear(Parameters.of(reference, RandomKey.of(1)), 2, 3); // draws again
    assertThrows(
        IllegalStateException.class,
        () -> new Linear(Parameters.of(reference, RandomKey.of(1)), 2, 3, notToBeDrawn()));
  }

  private static Initialization notToBeDrawn() {
    Initializer never = (key, count) -> {
      throw new IllegalStateException("drawn");
    };
    return new Initialization() {
      @Override
      public Initializer weight(int fanIn, int fanOut) {
        return never;
      }

      @Override
      public Initializer bias(int fanIn) {
        return never;
      }
    };
  }

  @Test
  void factorsOfHalfWidthAreConstantsAndAllElseAsEver() {
    Linear layer = Parameters.toBeRead(
        DType.BF16, () -> new Linear(Parameters.of(reference, RandomKey.of(1)), 2, 3));
    Variable weight = layer.parameters().get(0).variable();
    Variable bias = layer.parameters().get(1).variable();
    assertEquals(DType.BF16, weight.value().dtype());
    assertFalse(weight.requiresGradient());
    assertEquals(DType.F64, bias.value().dtype());
    assertTrue(bias.requiresGradient());
  }

  @Test
  void refusesANameTwice() {
    Parameters root = Parameters.of(reference, RandomKey.of(1));
    new Linear(root.child("a"), 2, 3);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new Linear(root.child("a"), 2, 3));
    assertEquals(
        "parameter a.weight: expected a name unlike all others, got it twice",
        refused.getMessage());
  }

  @Test
  void whatIsFrozenIsListedButNotTrained() {
    Parameters root = Parameters.of(reference, RandomKey.of(1));
    Variable frozen = root.addFrozen("waves", Shape.of(3), StoredLayout.SAME, Initializer.normal());
    assertFalse(frozen.requiresGradient());
    assertEquals(List.of("waves"), names(root.all()));
  }

  private static List<String> names(List<NamedParameter> parameters) {
    return parameters.stream().map(NamedParameter::path).toList();
  }

  private static double[] weight(Linear linear) {
    return linear.parameters().get(0).variable().value().toDoubles();
  }
}
