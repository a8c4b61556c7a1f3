package brume.autograd.einsum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EinsumSpecTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ij,jk->ik | ij,jk | ik",
        "b h i d, b h j d -> b h i j | bhid,bhjd | bhij",
        "ij,jk | ij,jk | ik",
        "ba | ba | ab",
        "bA | bA | Ab",
        "ii | ii | ''",
        "i...,...j | i.,.j | .ij",
        "...->... | . | .",
        "i,,->i | i,, | i",
      })
  void readsIndicesAndFindsTheResult(String text, String inputs, String output) {
    EinsumSpec spec = EinsumSpec.of(text);
    assertEquals(Arrays.asList(inputs.split(",", -1)), spec.inputs());
    assertEquals(output, spec.output());
  }

  @Test
  void readsATextOnce() {
    assertSame(EinsumSpec.of("xy,yz->zx"), EinsumSpec.of("xy,yz->zx"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "i;j | einsum: expected names, commas, parentheses, \"...\" and \"->\" in \"i;j\", got ';' at 1",
        "i1->i | einsum: expected letters as indices in \"i1->i\", got \"i1\"",
        "(ij)->i | einsum: expected letters as indices in \"(ij)->i\", got \"(\"",
        "i->j->k | einsum: expected letters as indices in \"i->j->k\", got \"->\"",
        "i->i,i | einsum: expected one result after the arrow in \"i->i,i\", got 2",
        "ij->ii | einsum: expected each index of the result once in \"ij->ii\", got another i",
        "ij->ik | einsum: expected the indices of the result in an operand in \"ij->ik\", got k only there",
        "...i...->i | einsum: expected \"...\" once per operand in \"...i...->i\", got another one",
      })
  void saysWhatIsWrongWithAText(String text, String sentence) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> EinsumSpec.of(text));
    assertEquals(sentence, e.getMessage());
  }

  @Test
  void namesTheIndexAndBothSizesThatDiffer() {
    assertRefused(
        "einsum: expected index j of \"ij,jk->ik\" to have one size, got 4 in operand 0 (3, 4) and 3 in"
            + " operand 1 (3, 5)",
        "ij,jk->ik",
        Shape.of(3, 4),
        Shape.of(3, 5));
    assertRefused(
        "einsum: expected index i of \"ii\" to have one size, got 1 and 3 in operand 0 (1, 3)",
        "ii",
        Shape.of(1, 3));
    assertRefused(
        "einsum: expected axis -2 of \"...\" of \"...i,...i\" to have one size, got 2 in operand 0"
            + " (2, 4, 3) and 5 in operand 1 (5, 4, 3)",
        "...i,...i",
        Shape.of(2, 4, 3),
        Shape.of(5, 4, 3));
    assertRefused(
        "einsum: expected operand 1 of \"ij,jk->ik\" to have 2 axes, got (4)",
        "ij,jk->ik",
        Shape.of(3, 4),
        Shape.of(4));
    assertRefused(
        "einsum: expected operand 0 of \"...ij->i\" to have at least 2 axes, got (4)",
        "...ij->i",
        Shape.of(4));
  }

  @Test
  void wantsAnOperandPerPart() {
    EinsumSpec spec = EinsumSpec.of("i,j");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> spec.on(List.of(Shape.of(2))));
    assertEquals("einsum: expected 2 operands for \"i,j\", got 1", e.getMessage());
  }

  private static void assertRefused(String sentence, String text, Shape... shapes) {
    EinsumSpec spec = EinsumSpec.of(text);
    ShapeException e = assertThrows(ShapeException.class, () -> spec.on(List.of(shapes)));
    assertEquals(sentence, e.getMessage());
  }
}
