package brume.nn.text;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.GradientCheck;
import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.nn.Adapters;
import brume.nn.NamedParameter;
import brume.nn.NetworkChecks;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.Activation;
import brume.tensor.Scope;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Adapters beside the matrices of a text tower that itself stays as it is. */
class ClipTextAdaptersTest {

  private static final List<String> ATTENTION = List.of("q_proj", "k_proj", "v_proj", "out_proj");

  private static ClipText tower() {
    try (Parameters.Freeze freeze = Parameters.freeze()) {
      return new ClipText(
          NetworkChecks.ON,
          RandomKey.of(5),
          new ClipTextConfig(
              6, 4, new TransformerConfig(8, 12, 2, 2, Activation.QUICK_GELU, 1e-5), 5, 4));
    }
  }

  private static Adapters adapters(List<String> layers) {
    return new Adapters(new Adapters.Rule(1, 2, layers), RandomKey.of(7));
  }

  /** Of all that pipelines ask of a tower: words as they leave it, words before its last layer, whole texts. */
  private static Variable said(ClipText tower) {
    TokenRows rows = TokenRows.of(List.of(new int[] {2, 3, 1, 5}, new int[] {0, 1, 5, 5}), 4, 5);
    ClipStates states = tower.encode(rows, Pass.inference());
    return add(
        square(states.normalized(0)), add(square(states.hidden(1)), square(states.projected())));
  }

  private static Variable square(Variable x) {
    return sum(multiply(x, x));
  }

  /** Moves both factors away from where nothing is changed. */
  private static void stir(Adapters adapters) {
    for (NamedParameter parameter : adapters.parameters()) {
      double[] values = parameter.variable().value().toDoubles();
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.sin(i + values.length) / 2;
      }
      parameter.variable().value().copyFrom(values);
    }
  }

  @Test
  void atFirstTheyChangeNothing() {
    try (Scope scope = Scope.open()) {
      ClipText tower = tower();
      double plain = said(tower).value().item();
      Adapters adapters = adapters(ATTENTION);
      ClipText with = tower.with(adapters);
      assertEquals(plain, said(with).value().item());
      stir(adapters);
      assertNotEquals(plain, said(with).value().item(), 1e-3);
      assertEquals(plain, said(tower).value().item(), "the other tower stays as it is");
    }
  }

  @Test
  void theyStandBesideAttentionUnderTheNamesOfPeft() {
    try (Scope scope = Scope.open()) {
      Adapters adapters = adapters(ATTENTION);
      tower().with(adapters);
      assertEquals(16, adapters.parameters().size(), "both factors of four matrices of two layers");
      assertEquals(
          List.of(
              "text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight (1, 8)",
              "text_model.encoder.layers.0.self_attn.q_proj.lora_B.weight (8, 1)"),
          adapters.parameters().stream()
              .limit(2)
              .map(parameter -> parameter.path() + " " + parameter.variable().shape())
              .toList());
    }
  }

  @Test
  void gradientsReachThemAllAndNothingElseAndAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      ClipText tower = tower();
      Adapters adapters = adapters(List.of("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"));
      ClipText with = tower.with(adapters);
      assertTrue(with.learns());
      assertFalse(tower.learns());
      stir(adapters);
      Gradients gradients = said(with).backward();
      for (NamedParameter parameter : adapters.parameters()) {
        assertTrue(gradients.of(parameter.variable()).isPresent(), parameter.path());
      }
      assertTrue(tower.parameters().stream()
          .allMatch(parameter -> gradients.of(parameter.variable()).isEmpty()));
      Variable[] inputs =
          adapters.parameters().stream().map(NamedParameter::variable).toArray(Variable[]::new);
      new GradientCheck(1e-5, 1e-7, 1e-5).check(() -> said(with), inputs).requirePassed();
    }
  }

  @Test
  void aWordCanBeLearnedBesideThem() {
    try (Scope scope = Scope.open()) {
      ClipText tower = tower();
      Adapters adapters = adapters(ATTENTION);
      ClipText with = tower.with(adapters).withWords(6, tower.rows(1));
      assertTrue(with.learns());
      stir(adapters);
      ClipText other = tower.withWords(6, tower.rows(1)).with(adapters(ATTENTION));
      TokenRows rows = TokenRows.of(List.of(new int[] {2, 6, 5}), 3, 5);
      double[] one = with.encode(rows, Pass.inference()).projected().value().toDoubles();
      double[] plain = other.encode(rows, Pass.inference()).projected().value().toDoubles();
      assertNotEquals(one[0], plain[0], 1e-6);
      rows = TokenRows.of(List.of(new int[] {2, 1, 5}), 3, 5);
      assertArrayEquals(
          one, with.encode(rows, Pass.inference()).projected().value().toDoubles());
    }
  }

  @Test
  void layersThatAreNotThereAreRefused() {
    try (Scope scope = Scope.open()) {
      assertEquals(
          "adapters: expected names of linear layers of the network, got to_q",
          assertThrows(IllegalArgumentException.class, () -> tower()
                  .with(adapters(List.of("q_proj", "to_q"))))
              .getMessage());
    }
  }
}
