package brume.nn.optim;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.StoredLayout;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parameters that move one by one end where they end together. */
class ByParameterTest {

  private enum Kind {
    ADAM(all -> new Adam(all, AdamConfig.adam())),
    ADAM_W(all -> new Adam(all, AdamConfig.adamW(0.1))),
    SGD(all -> new Sgd(all, new Sgd.Config(0.9, 0.5, false, 0.1)));

    private final Function<List<NamedParameter>, ByParameter> of;

    Kind(Function<List<NamedParameter>, ByParameter> of) {
      this.of = of;
    }
  }

  private static final Device DEVICE = Backends.reference();

  @ParameterizedTest
  @EnumSource
  void oneByOneIsTheSameAsTogether(Kind kind) {
    try (Scope scope = Scope.open()) {
      double[] together = after(kind, (optimizer, loss) -> optimizer.step(loss.backward(), 0.1));
      double[] single = after(kind, (optimizer, loss) -> {
        optimizer.next(0.1);
        loss.backwardOneByOne(optimizer.oneByOne());
      });
      assertArrayEquals(together, single);
    }
  }

  /** Three parameters after three steps; the last one is read by the loss and not moved. */
  private static double[] after(Kind kind, BiConsumer<ByParameter, Variable> step) {
    List<Variable> all = List.of(parameter(0.5f, -1), parameter(2, 3), parameter(-1, 4));
    ByParameter optimizer = kind.of.apply(all.subList(0, 2).stream()
        .map(each -> new NamedParameter("p" + all.indexOf(each), each, StoredLayout.SAME))
        .toList());
    for (int i = 0; i < 3; i++) {
      step.accept(
          optimizer,
          sum(multiply(multiply(silu(all.get(0)), all.get(1)), multiply(all.get(0), all.get(2)))));
    }
    assertEquals(3, optimizer.steps());
    assertArrayEquals(new double[] {-1, 4}, all.get(2).value().toDoubles());
    return new double[] {
      all.get(0).value().toDoubles()[0],
      all.get(0).value().toDoubles()[1],
      all.get(1).value().toDoubles()[0],
      all.get(1).value().toDoubles()[1]
    };
  }

  private static Variable parameter(float... values) {
    return Variable.parameter(Tensor.of(DEVICE, Shape.of(2), values));
  }
}
