package brume.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.tensor.Shape;
import brume.tensor.kernel.BroadcastGeometry.Axis;
import java.util.List;
import org.junit.jupiter.api.Test;

class BroadcastGeometryTest {

  @Test
  void operandsOfOneShapeMoveAlongOneAxis() {
    BroadcastGeometry at = BroadcastGeometry.of("add", Shape.of(2, 3, 4), Shape.of(2, 3, 4));
    assertEquals(List.of(new Axis(24, 1, 1)), at.axes());
    assertEquals(Shape.of(2, 3, 4), at.y());
  }

  @Test
  void repeatedAxesDoNotMoveTheirOperand() {
    BroadcastGeometry at = BroadcastGeometry.of("add", Shape.of(5, 1, 4), Shape.of(3, 1));
    assertEquals(Shape.of(5, 3, 4), at.y());
    assertEquals(List.of(new Axis(5, 4, 0), new Axis(3, 0, 1), new Axis(4, 1, 0)), at.axes());
    assertEquals(15, at.rows());
    assertEquals(2 * 4, at.a(2 * 3 + 1));
    assertEquals(1, at.b(2 * 3 + 1));
  }

  @Test
  void axesThatGoOnAreSeenAsOne() {
    BroadcastGeometry at = BroadcastGeometry.of("add", Shape.of(2, 3, 1, 4), Shape.of(4));
    assertEquals(List.of(new Axis(6, 4, 0), new Axis(4, 1, 1)), at.axes());
  }

  @Test
  void singleNumbersHaveOneAxisOfOne() {
    assertEquals(
        List.of(new Axis(1, 1, 1)),
        BroadcastGeometry.of("add", Shape.of(), Shape.of(1, 1)).axes());
  }
}
