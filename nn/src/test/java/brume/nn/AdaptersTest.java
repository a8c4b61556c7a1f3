package brume.nn;

import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.GradientCheck;
import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.layer.Linear;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.tensor.Scope;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdaptersTest {

  private static final Adapters.Rule RULE = new Adapters.Rule(2, 3, List.of("to_q", "out.0"));

  /** Two layers that get adapters, and one whose name only ends alike. */
  private record Three(Linear first, Linear second, Linear other, Parameters root) {

    static Three create() {
      Parameters root = Parameters.of(NetworkChecks.ON, RandomKey.of(3));
      return new Three(
          new Linear(root.child("a.to_q"), 4, 5),
          Linear.withoutBias(root.child("a.out.0"), 5, 3),
          new Linear(root.child("not_to_q"), 3, 3),
          root);
    }

    Variable forward(Variable x) {
      return other.forward(second.forward(first.forward(x)));
    }
  }

  private static Adapters adapters() {
    return new Adapters(RULE, RandomKey.of(7));
  }

  /** Moves both factors away from where nothing is changed. */
  private static void stir(Adapters adapters) {
    for (NamedParameter parameter : adapters.parameters()) {
      double[] values = parameter.variable().value().toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.sin(i + values.length);
      }
      parameter.variable().value().copyFrom(values);
    }
  }

  @Test
  void atFirstNothingIsChanged() {
    try (Scope scope = Scope.open()) {
      Variable x = NetworkChecks.numbers(2, 4);
      double[] plain = Three.create().forward(x).value().toDoubles();
      Adapters adapters = adapters();
      Three with = adapters.beside(Three::create);
      assertArrayEquals(plain, with.forward(x).value().toDoubles());
      stir(adapters);
      assertFalse(Arrays.equals(plain, with.forward(x).value().toDoubles()));
    }
  }

  @Test
  void theyHaveTheNamesOfPeftAndBeginAsItsDo() {
    try (Scope scope = Scope.open()) {
      Adapters adapters = adapters();
      adapters.beside(Three::create);
      assertEquals(
          List.of(
              "a.to_q.lora_A.weight (2, 4)",
              "a.to_q.lora_B.weight (5, 2)",
              "a.out.0.lora_A.weight (2, 5)",
              "a.out.0.lora_B.weight (3, 2)"),
          adapters.parameters().stream()
              .map(parameter -> parameter.path() + " " + parameter.variable().shape())
              .toList());
      double[] down = adapters.parameters().get(0).variable().value().toDoubles();
      assertTrue(Arrays.stream(down).allMatch(a -> Math.abs(a) <= 0.5 && a != 0), "1/√4");
      assertArrayEquals(
          new double[10], adapters.parameters().get(1).variable().value().toDoubles());
    }
  }

  @Test
  void theChangeIsTheProductTimesAlphaByRank() {
    try (Scope scope = Scope.open()) {
      Parameters root = Parameters.of(NetworkChecks.ON, RandomKey.of(3));
      Adapters adapters = new Adapters(new Adapters.Rule(1, 4, List.of("q")), RandomKey.of(1));
      Linear layer = adapters.beside(() -> Linear.withoutBias(root.child("q"), 1, 1));
      adapters.parameters().get(0).variable().value().copyFrom(new double[] {5});
      adapters.parameters().get(1).variable().value().copyFrom(new double[] {7});
      double weight = layer.parameters().get(0).variable().value().item();
      Variable x = NetworkChecks.numbers(1, 1);
      assertEquals(
          x.value().item() * (weight + 4 * 5 * 7), layer.forward(x).value().item(), 1e-12);
    }
  }

  @Test
  void gradientsAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      Adapters adapters = adapters();
      Three with = adapters.beside(Three::create);
      stir(adapters);
      Variable x = NetworkChecks.numbers(2, 4);
      Variable[] inputs =
          adapters.parameters().stream().map(NamedParameter::variable).toArray(Variable[]::new);
      new GradientCheck(1e-5, 1e-7, 1e-5)
          .check(() -> sum(multiply(with.forward(x), with.forward(x))), inputs)
          .requirePassed();
    }
  }

  @Test
  void onlyTheyLearn() {
    try (Scope scope = Scope.open()) {
      Adapters adapters = adapters();
      Three with = adapters.beside(Three::create);
      List<double[]> before = with.root().all().stream()
          .map(parameter -> parameter.variable().value().toDoubles())
          .toList();
      assertTrue(with.root().all().stream().noneMatch(p -> p.variable().requiresGradient()));
      Variable x = NetworkChecks.numbers(2, 4);
      Adam adam = new Adam(adapters.parameters(), AdamConfig.adam());
      double first = 0, last = 0;
      for (int step = 0; step < 50; step++) {
        Variable y = with.forward(x), loss = sum(multiply(y, y));
        Gradients gradients = loss.backward();
        assertTrue(
            with.root().all().stream().allMatch(p -> gradients.of(p.variable()).isEmpty()));
        adam.step(gradients, 0.05);
        last = loss.value().item();
        first = step == 0 ? last : first;
      }
      assertTrue(last < first / 10, first + " to " + last);
      for (int i = 0; i < before.size(); i++) {
        assertArrayEquals(
            before.get(i), with.root().all().get(i).variable().value().toDoubles());
      }
    }
  }

  @Test
  void afterwardsNetworksLearnAsBefore() {
    try (Scope scope = Scope.open()) {
      Adapters adapters = adapters();
      adapters.beside(Three::create);
      assertTrue(
          Three.create().root().all().stream().allMatch(p -> p.variable().requiresGradient()));
      assertEquals(4, adapters.parameters().size());
    }
  }

  @Test
  void refusesWhatIsNotThere() {
    try (Scope scope = Scope.open()) {
      Adapters none = new Adapters(new Adapters.Rule(2, 2, List.of("to_q", "q")), RandomKey.of(7));
      assertEquals(
          "adapters: expected names of linear layers of the network, got q",
          assertThrows(IllegalArgumentException.class, () -> none.beside(Three::create))
              .getMessage());
      assertEquals(
          "adapters: expected a rank of 1 or more, an alpha other than 0 and names of layers, got 0, 2.0, [q]",
          assertThrows(IllegalArgumentException.class, () -> new Adapters.Rule(0, 2, List.of("q")))
              .getMessage());
      assertEquals(4, Adapters.Rule.ofAttention(4).alpha());
    }
  }
}
