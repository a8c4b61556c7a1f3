package brume.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.nn.init.Initializer;
import brume.nn.layer.Linear;
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
