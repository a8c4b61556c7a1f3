package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.autograd.Variable;
import brume.nn.Context;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.Test;

/** Words and the vector of a picture in one row. */
class JoinedTest {

  private static Context context(Shape shape, double... values) {
    return Context.of(Variable.constant(Tensor.of(Backends.reference(), shape, values)));
  }

  @Test
  void theVectorStandsBehindTheWordsWithZerosBehindItsChannels() {
    try (Scope scope = Scope.open()) {
      Context words = context(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6);
      Variable both = Joined.of(words, context(Shape.of(1, 1, 2), 7, 8)).tokens();
      assertEquals(Shape.of(1, 3, 3), both.shape());
      assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 0}, both.value().toDoubles());
    }
  }

  @Test
  void aBatchHasBothThenTheVectorAloneThenNothing() {
    try (Scope scope = Scope.open()) {
      Context words = context(Shape.of(3, 1, 1), 1, 2, 9); // of the empty text: 9
      Variable rows = Joined.ofBatch(words, context(Shape.of(3, 1, 1), 3, 4, 0)).tokens();
      assertEquals(Shape.of(5, 2, 1), rows.shape());
      assertArrayEquals(
          new double[] {1, 3, 2, 4, 9, 3, 9, 4, 9, 0}, rows.value().toDoubles());
    }
  }
}
