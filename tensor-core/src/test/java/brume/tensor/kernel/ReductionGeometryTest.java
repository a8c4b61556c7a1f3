package brume.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;
import brume.tensor.kernel.ReductionGeometry.Axis;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReductionGeometryTest {

  private static final Shape X = Shape.of(2, 3, 4, 5);

  @Test
  void neighborsOfOneKindAreSeenAsOne() {
    ReductionGeometry at = ReductionGeometry.of("sum", X, Axes.of(0, -2, 3));
    assertEquals(List.of(new Axis(3, 20)), at.kept());
    assertEquals(List.of(new Axis(2, 60), new Axis(20, 1)), at.reduced());
    assertEquals(Shape.of(3), at.y());
    assertEquals(40, at.columns());
    assertEquals(2 * 20, at.first(2));
    assertEquals(60 + 7, at.offset(20 + 7));
  }

  @Test
  void keptAxesRemainWithSizeOne() {
    assertEquals(
        Shape.of(1, 3, 1, 1),
        ReductionGeometry.of("sum", X, Axes.of(0, 2, 3).keep()).y());
    assertEquals(
        Shape.of(1, 1, 1, 1), ReductionGeometry.of("sum", X, Axes.all().keep()).y());
    assertEquals(Shape.of(), ReductionGeometry.of("sum", X, Axes.all()).y());
  }

  @Test
  void undoesWhatWasRepeated() {
    ReductionGeometry at = ReductionGeometry.onto(X, Shape.of(3, 1, 5));
    assertEquals(List.of(new Axis(3, 20), new Axis(5, 1)), at.kept());
    assertEquals(List.of(new Axis(2, 60), new Axis(4, 5)), at.reduced());
    assertEquals(15, at.rows());
  }
}
