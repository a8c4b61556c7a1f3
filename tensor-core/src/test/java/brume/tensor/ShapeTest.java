package brume.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void printsAsWrittenInPapers() {
    assertEquals("(16, 32, 32, 64)", Shape.of(16, 32, 32, 64).toString());
    assertEquals("()", Shape.of().toString());
  }

  @Test
  void countsElements() {
    assertEquals(24, Shape.of(2, 3, 4).size());
    assertEquals(1, Shape.of().size());
    assertEquals(0, Shape.of(3, 0).size());
  }

  @Test
  void countsAxesFromBothEnds() {
    Shape shape = Shape.of(2, 3, 4);
    assertEquals(3, shape.rank());
    assertEquals(2, shape.dim(0));
    assertEquals(4, shape.dim(-1));
    assertEquals(2, shape.dim(-3));
  }

  @Test
  void refusesAnAxisItDoesNotHave() {
    ShapeException e = assertThrows(ShapeException.class, () -> Shape.of(2, 3).dim(2));
    assertEquals("shape: expected an axis from -2 to 1 of (2, 3), got 2", e.getMessage());
  }

  @Test
  void refusesNegativeSizes() {
    ShapeException e = assertThrows(ShapeException.class, () -> Shape.of(2, -1));
    assertEquals("shape: expected sizes of 0 or more, got (2, -1)", e.getMessage());
  }

  @Test
  void refusesMoreElementsThanAnArrayHolds() {
    ShapeException e = assertThrows(ShapeException.class, () -> Shape.of(1 << 16, 1 << 15));
    assertEquals("shape: expected fewer than 2^31 elements, got (65536, 32768)", e.getMessage());
  }

  @Test
  void replacesOneSize() {
    assertEquals(Shape.of(2, 5, 4), Shape.of(2, 3, 4).with(1, 5));
    assertEquals(Shape.of(2, 3, 5), Shape.of(2, 3, 4).with(-1, 5));
  }

  @Test
  void isEqualToShapesOfTheSameSizes() {
    assertEquals(Shape.of(2, 3), Shape.of(2, 3));
    assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
    assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    assertNotEquals(Shape.of(6), Shape.of(6, 1));
  }

  @Test
  void cannotBeChangedThroughItsArrays() {
    int[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 7;
    shape.toArray()[1] = 7;
    assertEquals(Shape.of(2, 3), shape);
  }
}
