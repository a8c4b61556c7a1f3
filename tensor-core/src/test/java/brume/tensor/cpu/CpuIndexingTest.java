package brume.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.kernel.AxisMap;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.PoolGeometry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Maps along an axis, and pooling: the kernels that look numbers up. */
class CpuIndexingTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 3", "2, 16", "3, 67", "4000, 1", "90, 130"})
  void mapsEqualTheirDefinitions(int blocks, int columns) {
    for (AxisMap map : List.of(
        AxisMap.select(4, 3, -1, 0, 0, 2, 3, -1),
        AxisMap.means(4, new int[] {0, 1, 2}, new int[] {2, 4, 2}, new int[] {2, 7, 1}),
        AxisMap.interpolate(4, -0.5, 0.25, 1, 2.75, 3, 9))) {
      Parity.check(map.toString(), (backend, in) -> {
        Tensor x = in.normal(blocks, map.inputs(), columns);
        Tensor dy = in.normal(blocks, map.outputs(), columns);
        Tensor y = dy.like(), dx = x.like();
        backend.indexing().mapAxis(map, blocks, columns, x, 1.5, y);
        backend.indexing().mapAxis(map.transposed(), blocks, columns, dy, 0, dx);
        return List.of(y, dx);
      });
    }
  }

  @Test
  void outputsWithoutTermsAreElsewhere() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(Backends.reference(), Shape.of(3), 1, 2, 3), y = x.like(Shape.of(4));
      Backends.reference().indexing().mapAxis(AxisMap.select(3, 2, -1, 0, 2), 1, 1, x, 7, y);
      assertArrayEquals(new float[] {3, 7, 1, 3}, y.toFloats());
    }
  }

  @Test
  void transposingTwiceIsTheMapItself() {
    AxisMap map = AxisMap.select(3, 2, -1, 0, 2), back = map.transposed().transposed();
    assertEquals(map.toString(), back.toString());
    for (int term = 0; term < map.terms(); term++) {
      assertEquals(map.source(term), back.source(term));
    }
  }

  @Test
  void indexesOutsideTheAxisAreRefused() {
    ShapeException refused = assertThrows(ShapeException.class, () -> AxisMap.select(3, 0, 3));
    assertEquals("axis map: expected indexes from 0 to 2, got 3 at 1", refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "2, 6, 8, 3, 2, 2, 0, 1, false",
    "2, 7, 5, 33, 2, 2, 0, 1, false",
    "1, 6, 8, 16, 3, 2, 0, 1, true",
    "3, 7, 6, 19, 3, 2, 1, 1, false",
    "2, 9, 8, 8, 3, 1, 1, 2, false",
    "1, 1, 1, 1, 1, 1, 0, 1, false",
    "9, 14, 14, 40, 3, 1, 1, 1, false"
  })
  void maxPoolingEqualsItsDefinition(
      int n, int h, int w, int c, int size, int stride, int pad, int dilation, boolean up) {
    PoolGeometry.Window window =
        new PoolGeometry.Window(size, size, stride, stride, pad, pad, dilation, dilation, up);
    PoolGeometry at = PoolGeometry.of(Shape.of(n, h, w, c), window);
    Parity.check("maxPool", (backend, in) -> {
      Tensor x = in.normal(n, h, w, c), dy = in.normal(n, at.oh(), at.ow(), c);
      Tensor y = dy.like(), dx = x.like();
      backend.resampling().maxPool(at, x, y);
      backend.resampling().maxPoolGrad(at, x, dy, dx);
      return List.of(y, dx);
    });
  }

  @Test
  void theFirstOfEqualNumbersReceivesTheGradient() {
    PoolGeometry at = PoolGeometry.of(Shape.of(1, 2, 2, 1), PoolGeometry.Window.square(2, 2, 0));
    for (var backend : List.of(Backends.reference(), Backends.cpu())) {
      try (Scope scope = Scope.open()) {
        Tensor x = Tensor.of(backend, at.x(), 1, 5, 5, 5), dx = x.like();
        Tensor dy = Tensor.of(backend, at.y(), 3f);
        backend.resampling().maxPoolGrad(at, x, dy, dx);
        assertArrayEquals(new float[] {0, 3, 0, 0}, dx.toFloats(), backend.name());
      }
    }
  }

  @Test
  void notANumberIsTheLargest() {
    PoolGeometry at = PoolGeometry.of(Shape.of(1, 2, 2, 1), PoolGeometry.Window.square(2, 2, 0));
    for (var backend : List.of(Backends.reference(), Backends.cpu())) {
      try (Scope scope = Scope.open()) {
        Tensor y = Tensor.empty(backend, at.y());
        backend.resampling().maxPool(at, Tensor.of(backend, at.x(), 1, Float.NaN, 5, 2), y);
        assertArrayEquals(new float[] {Float.NaN}, y.toFloats(), backend.name());
      }
    }
  }
}
