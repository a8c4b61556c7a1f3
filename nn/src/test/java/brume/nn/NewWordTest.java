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
import brume.nn.init.Initializer;
import brume.nn.layer.Activation;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.TokenRows;
import brume.nn.text.TransformerConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewWordTest {

  private static final int KNOWN = 6; // tokens of the tower; the word is the next two

  private static ClipText tower() {
    try (Parameters.Freeze freeze = Parameters.freeze()) {
      return new ClipText(
          NetworkChecks.ON,
          RandomKey.of(5),
          new ClipTextConfig(
              KNOWN, 4, new TransformerConfig(8, 12, 2, 2, Activation.QUICK_GELU, 1e-5), 5, 4));
    }
  }

  private static NewWord word(ClipText tower) {
    return NewWord.beginning("<cat>", List.of(tower.rows(1, 3)));
  }

  private static Variable said(ClipText with) {
    TokenRows rows =
        TokenRows.of(List.of(new int[] {2, KNOWN, KNOWN + 1, 5}, new int[] {0, 1, 5, 5}), 4, 5);
    Variable x = with.encode(rows, Pass.inference()).normalized(0);
    return sum(multiply(x, x));
  }

  @Test
  void itBeginsAsTheRowsThatAreNamed() {
    try (Scope scope = Scope.open()) {
      ClipText tower = tower();
      double[] table = tower.parameters().get(0).variable().value().toDoubles();
      double[] rows = word(tower).rows().get(0).value().toDoubles();
      for (int i = 0; i < 8; i++) {
        assertEquals(table[8 + i], rows[i]);
        assertEquals(table[24 + i], rows[8 + i]);
      }
    }
  }

  @Test
  void gradientsReachItsRowsAloneAndAgreeWithDifferences() {
    try (Scope scope = Scope.open()) {
      ClipText tower = tower();
      Variable rows = word(tower).rows().get(0);
      ClipText with = tower.withWords(KNOWN, rows);
      assertTrue(with.learns());
      assertFalse(tower.learns());
      Gradients gradients = said(with).backward();
      assertTrue(gradients.of(rows).isPresent());
      assertTrue(tower.parameters().stream()
          .allMatch(parameter -> gradients.of(parameter.variable()).isEmpty()));
      new GradientCheck(1e-5, 1e-7, 1e-5).check(() -> said(with), rows).requirePassed();
    }
  }

  @Test
  void whatIsFrozenIsAConstantAndWhatComesLaterIsNot() {
    try (Scope scope = Scope.open()) {
      assertTrue(tower().parameters().stream().noneMatch(p -> p.variable().requiresGradient()));
      Parameters root = Parameters.of(NetworkChecks.ON, RandomKey.of(1));
      assertTrue(root.child("a")
          .add("weight", Shape.of(2), StoredLayout.SAME, Initializer.constant(0))
          .requiresGradient());
    }
  }

  @Test
  void itsRowsAreItsParameters() {
    try (Scope scope = Scope.open()) {
      Tensor one = Tensor.of(NetworkChecks.ON, Shape.of(1, 2), 1, 2);
      Tensor two = Tensor.of(NetworkChecks.ON, Shape.of(1, 3), 1, 2, 3);
      NewWord word = NewWord.beginning("<cat>", List.of(one, two));
      assertEquals(
          List.of("tower.0", "tower.1"),
          word.parameters().stream().map(NamedParameter::path).toList());
      assertArrayEquals(
          new double[] {1, 2, 3}, word.parameters().get(1).variable().value().toDoubles());
      Tensor other = Tensor.of(NetworkChecks.ON, Shape.of(2, 1), 1, 2);
      assertEquals(
          "word: expected 1 rows for each tower, got (2, 1)",
          assertThrows(ShapeException.class, () -> NewWord.beginning("<cat>", List.of(one, other)))
              .getMessage());
    }
  }
}
