package brume.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.kernel.Backends;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorTest {

  private static final Device DEVICE = Backends.reference();

  private Scope scope;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void givesBackTheNumbersItWasMadeOf() {
    Tensor t = Tensor.of(DEVICE, Shape.of(2, 2), 1f, 2f, 3f, 4f);
    assertArrayEquals(new float[] {1, 2, 3, 4}, t.toFloats());
    assertArrayEquals(new double[] {1, 2, 3, 4}, t.toDoubles());
  }

  @Test
  void keepsDoublesExactly() {
    double[] thirds = {1 / 3.0, 2 / 3.0};
    assertArrayEquals(thirds, Tensor.of(DEVICE, Shape.of(2), thirds).toDoubles());
  }

  @Test
  void refusesAnotherCountOfNumbers() {
    ShapeException e =
        assertThrows(ShapeException.class, () -> Tensor.of(DEVICE, Shape.of(2, 2), 1f, 2f, 3f));
    assertEquals("tensor: expected 4 values for shape (2, 2), got 3", e.getMessage());
  }

  @Test
  void reshapingSharesTheNumbers() {
    Tensor t = Tensor.of(DEVICE, Shape.of(2, 2), 1f, 2f, 3f, 4f);
    Tensor view = t.reshape(Shape.of(4));
    t.copyFrom(5f, 6f, 7f, 8f);
    assertArrayEquals(new float[] {5, 6, 7, 8}, view.toFloats());
    assertTrue(view.sharesStorageWith(t));
    assertFalse(view.sharesStorageWith(t.like()));
  }

  @Test
  void viewsOfViewsAreFreedWithTheOriginal() {
    Tensor t = Tensor.of(DEVICE, Shape.of(4), 1f, 2f, 3f, 4f);
    Tensor view = t.reshape(Shape.of(2, 2)).reshape(Shape.of(1, 4));
    view.release("by the test");
    assertTrue(t.isFreed());
    Exception e = assertThrows(IllegalStateException.class, view::toFloats);
    assertEquals(
        "tensor (1, 4) was freed by the test; keep it with scope.keep(...)", e.getMessage());
  }

  @Test
  void reshapingKeepsTheCount() {
    Tensor t = Tensor.empty(DEVICE, Shape.of(2, 3));
    ShapeException e = assertThrows(ShapeException.class, () -> t.reshape(Shape.of(2, 2)));
    assertEquals("reshape: expected 6 elements as in (2, 3), got 4 in (2, 2)", e.getMessage());
  }

  @Test
  void onlyASingleNumberIsAnItem() {
    assertEquals(2.5, Tensor.of(DEVICE, Shape.of(1, 1), 2.5f).item());
    Tensor pair = Tensor.of(DEVICE, Shape.of(2), 1f, 2f);
    ShapeException e = assertThrows(ShapeException.class, pair::item);
    assertEquals("item: expected a tensor of one element, got shape (2)", e.getMessage());
  }

  @Test
  void printsItsFirstNumbers() {
    assertEquals(
        "reference(2) [1.0, 2.0]", Tensor.of(DEVICE, Shape.of(2), 1f, 2f).toString());
    assertEquals(
        "reference(9) [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, ...]",
        Tensor.of(DEVICE, Shape.of(9), 0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f).toString());
  }

  @Test
  void printsEvenWhenFreed() {
    Tensor t = Tensor.empty(DEVICE, Shape.of(2));
    t.release("by the test");
    assertEquals("(2) (freed)", t.toString());
  }
}
