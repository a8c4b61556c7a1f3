package brume.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Shape;
import brume.tensor.kernel.AttentionGeometry;
import brume.tensor.kernel.AttentionKernels;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.MatmulGeometry;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostTest {

  private static final int N = 2, L = 10, C = 5, HEADS = 3, D = 4, INNER = HEADS * D;
  private static final Shape X = Shape.of(N, L, C), W = Shape.of(3 * INNER, C);
  private static final Shape OUT = Shape.of(C, INNER);
  private static final Shape QKV = Shape.of(N, L, 3 * INNER), Y = Shape.of(N, L, INNER);
  private static final AttentionGeometry HEADS_OF_QKV = AttentionGeometry.packed(QKV, HEADS);

  private static Cost cost(String kernel, Object... sizes) {
    return Cost.of(new KernelCall(kernel, List.of(sizes)));
  }

  @Test
  void everyResultOfAConvolutionTakesAFilter() {
    ConvGeometry at = ConvGeometry.of(
        Shape.of(2, 6, 6, 4), Shape.of(8, 3, 3, 4), ConvGeometry.Window.strided(2, 1));
    Cost cost = cost("conv2dFilterGrad", at, at.x(), at.y(), at.filters());
    assertEquals(2 * 3 * 3 * 8 * (3 * 3 * 4), cost.multiplyAdds());
    assertEquals(2 * 6 * 6 * 4 + 8 * 3 * 3 * 4 + 2 * 3 * 3 * 8, cost.floats());
  }

  @Test
  void everyResultOfAProductTakesASum() {
    Cost cost = cost("matmul", MatmulGeometry.batched(3, 4, 5, 6, true, false));
    assertEquals(3 * 4 * 5 * 6, cost.multiplyAdds());
    assertEquals(3 * (4 * 6 + 6 * 5 + 4 * 5), cost.floats());
  }

  @Test
  void aLayerIsAProductAndItsGradientTwo() {
    Shape x = Shape.of(3, 4), w = Shape.of(5, 4), bias = Shape.of(5), y = Shape.of(3, 5);
    Cost forward = cost("linear", 3, x, w, bias, y);
    assertEquals(3 * 4 * 5, forward.multiplyAdds());
    assertEquals(3 * 4 + 5 * 4 + 5 + 3 * 5, forward.floats());
    assertEquals(2 * 3 * 4 * 5, cost("linearGrad", 3, x, w, y, x, w, bias).multiplyAdds());
  }

  @Test
  void fullAttentionMultipliesEveryPairOfPositionsTwice() {
    Cost cost = cost("attention", HEADS_OF_QKV, QKV, QKV, QKV, Y, Shape.of(N, HEADS, L, L));
    assertEquals(2 * N * L * L * INNER, cost.multiplyAdds());
    assertEquals(4 * N * L * INNER + N * HEADS * L * L, cost.floats());
  }

  @Test
  void linearAttentionOfItselfCountsItsProjections() {
    Cost cost = cost("linearSelfAttention", HEADS_OF_QKV, X, W, OUT, X);
    int contexts = 2 * N * L * INNER * D, projections = N * L * C * 4 * INNER;
    assertEquals(contexts + projections, cost.multiplyAdds());
    assertEquals(2 * N * L * C + 4 * INNER * C, cost.floats());
    assertEquals(contexts, cost("linearAttention", HEADS_OF_QKV, QKV, QKV, QKV).multiplyAdds());
  }

  @Test
  void gradientsOfAttentionMultiplyTwiceAsMuch() {
    for (String kernel : List.of("attention", "linearAttention", "linearSelfAttention")) {
      assertEquals(
          2 * cost(kernel, HEADS_OF_QKV, X, W, OUT).multiplyAdds(),
          cost(kernel + "Grad", HEADS_OF_QKV, X, W, OUT).multiplyAdds(),
          kernel);
    }
  }

  @Test
  void theCostOfAllAttentionIsKnown() {
    List<String> counted = new ArrayList<>();
    for (Method kernel : AttentionKernels.class.getMethods()) {
      if (kernel.getParameterTypes()[0] == AttentionGeometry.class) {
        assertTrue(
            cost(kernel.getName(), HEADS_OF_QKV, X, W, OUT).multiplyAdds() > 0, kernel.getName());
        counted.add(kernel.getName());
      }
    }
    assertEquals(7, counted.size(), counted.toString());
  }

  @Test
  void optimizersReadAndWriteWhatTheyModify() {
    Shape p = Shape.of(100);
    assertEquals(700, cost("adam", p, p, p, p).floats());
  }

  @Test
  void ofBlocksOnlyTheBlockIsMoved() {
    assertEquals(2 * 3 * 4, cost("copyBlock", 3, 4, Y, 0, 12, Y, 0, 12).floats());
  }
}
