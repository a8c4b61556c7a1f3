package brume.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.ShapeException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StridedViewTest {

  @Test
  void walksTheLastAxisFastest() {
    StridedView view = view(new int[] {2, 3}, 10, 100);
    int[] elements = new int[view.count()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = view.element(i);
    }
    assertEquals("[0, 100, 200, 10, 110, 210]", Arrays.toString(elements));
  }

  @Test
  void mergesNeighborsThatFollowEachOther() {
    assertEquals(view(new int[] {24}, 1), view(new int[] {2, 3, 4}, 12, 4, 1).merged());
    assertEquals(
        view(new int[] {2, 12}, 13, 1), view(new int[] {2, 3, 4}, 13, 4, 1).merged());
    assertEquals(
        view(new int[] {6, 4}, 0, 1), view(new int[] {2, 3, 4}, 0, 0, 1).merged());
    assertEquals(view(new int[] {6}, 5), view(new int[] {6, 1, 1}, 5, 7, 1).merged());
    assertEquals(view(new int[] {}), view(new int[] {1, 1}, 5, 7).merged());
  }

  @Test
  void wantsAStridePerAxis() {
    ShapeException e = assertThrows(ShapeException.class, () -> view(new int[] {2, 3}, 1));
    assertEquals(
        "strided view: expected one stride per axis, got sizes [2, 3] and strides [1]",
        e.getMessage());
  }

  private static StridedView view(int[] sizes, int... strides) {
    return StridedView.of(sizes, strides);
  }
}
