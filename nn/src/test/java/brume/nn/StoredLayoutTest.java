package brume.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredLayoutTest {

  @Test
  void filtersHaveTheirInputChannelsSecondInFiles() {
    Shape ours = Shape.of(5, 2, 3, 4); // Cout, KH, KW, Cin
    assertArrayEquals(new int[] {5, 4, 2, 3}, StoredLayout.FILTERS.storedShape(ours));
    int[] order = StoredLayout.FILTERS.order(ours);
    int stored = ((1 * 4 + 2) * 2 + 1) * 3 + 2; // output 1, input 2, row 1, column 2
    assertEquals(((1 * 2 + 1) * 3 + 2) * 4 + 2, order[stored]);
  }

  @Test
  void filtersOfSignalsHaveNoHeightInFiles() {
    assertArrayEquals(
        new int[] {5, 4, 3}, StoredLayout.FILTERS_1D.storedShape(Shape.of(5, 1, 3, 4)));
    ShapeException refused = assertThrows(
        ShapeException.class, () -> StoredLayout.FILTERS_1D.storedShape(Shape.of(5, 2, 3, 4)));
    assertEquals(
        "layout FILTERS_1D: expected a parameter that fits it, got (5, 2, 3, 4)",
        refused.getMessage());
  }

  @Test
  void numbersPerChannelHaveAxesOfSizeOneAroundThemInFiles() {
    assertArrayEquals(new int[] {1, 7, 1, 1}, StoredLayout.CHANNELS.storedShape(Shape.of(7)));
    assertArrayEquals(new int[] {1, 7, 1}, StoredLayout.CHANNELS_1D.storedShape(Shape.of(7)));
    assertArrayEquals(new int[] {0, 1, 2}, StoredLayout.CHANNELS.order(Shape.of(3)));
  }

  @Test
  void memoriesAreStoredByHead() {
    Shape ours = Shape.of(2, 4, 3, 5); // key or value, memory, head, channel
    assertArrayEquals(new int[] {2, 3, 4, 5}, StoredLayout.POSITIONS_BY_HEAD.storedShape(ours));
    assertArrayEquals(new int[] {2, 3, 5, 4}, StoredLayout.CHANNELS_BY_HEAD.storedShape(ours));
    int stored = ((1 * 3 + 2) * 5 + 4) * 4 + 3; // value, head 2, channel 4, memory 3
    assertEquals(((1 * 4 + 3) * 3 + 2) * 5 + 4, StoredLayout.CHANNELS_BY_HEAD.order(ours)[stored]);
  }

  @Test
  void matricesMayBeStoredWithTheirInputsFirst() {
    assertArrayEquals(new int[] {3, 2}, StoredLayout.TRANSPOSED.storedShape(Shape.of(2, 3)));
    assertArrayEquals(new int[] {0, 3, 1, 4, 2, 5}, StoredLayout.TRANSPOSED.order(Shape.of(2, 3)));
  }

  private static Shape shapeOf(StoredLayout layout) {
    return switch (layout) {
      case TRANSPOSED -> Shape.of(4, 6);
      case CHANNELS, CHANNELS_1D -> Shape.of(6);
      case FILTERS_3D -> Shape.of(2, 1, 4, 3, 2);
      default -> Shape.of(2, 1, 4, 3);
    };
  }

  @ParameterizedTest
  @EnumSource
  void everyElementIsStoredOnce(StoredLayout layout) {
    Shape shape = shapeOf(layout);
    int[] order = layout.order(shape);
    Arrays.sort(order);
    for (int i = 0; i < shape.size(); i++) {
      assertEquals(i, order[i]);
    }
  }
}
