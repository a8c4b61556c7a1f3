package brume.autograd;

import static brume.autograd.function.norm.GroupNormSiLU.groupNormSiLU;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.function.conv.Conv2d;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RecomputableTest {

  private static final Device DEVICE = Backends.cpu();
  private static final Shape PICTURES = Shape.of(2, 6, 4, 8);

  @Test
  void norm() {
    check(List.of(PICTURES, Shape.of(8)), in -> rmsNorm(in.get(0), in.get(1)));
  }

  @Test
  void normAndActivationBehindAConvolution() {
    check(
        List.of(
            PICTURES, Shape.of(8, 3, 3, 8), Shape.of(8), Shape.of(8), Shape.of(8), Shape.of(2, 16)),
        in -> groupNormSiLU(
            Conv2d.unbiased(in.get(0), in.get(1), in.get(2), Window.padded(1)),
            in.get(3),
            in.get(4),
            Optional.of(in.get(5)),
            Optional.empty(),
            4,
            1e-5));
  }

  @Test
  void normAndActivationWithWhatWentAround() {
    check(
        List.of(PICTURES, Shape.of(8), Shape.of(8), PICTURES),
        in -> groupNormSiLU(in.get(0), in.get(1), in.get(2), 2, 1e-5, in.get(3)));
  }

  @Test
  void sizes() {
    check(List.of(PICTURES), in -> upsampleNearest(in.get(0), 2));
    check(List.of(PICTURES), in -> pixelUnshuffle(in.get(0), 2));
  }

  @Test
  void concatenation() {
    check(List.of(PICTURES, PICTURES), in -> concatenate(in.get(0), in.get(1)));
  }

  /** At the end of a part of a network goes what no step saved, but not what a spared value is made of. */
  @Test
  void keepsWhatTheyAreMadeOf() {
    check(
        List.of(PICTURES),
        in -> Tape.tidy(() -> {
          Variable small = add(in.get(0), in.get(0));
          Variable large = upsampleNearest(small, 2);
          Variable y = multiply(large, large);
          large.spare();
          small.release();
          return y;
        }));
  }

  /** One spared value is made of another, and seen through a view. */
  @Test
  void chains() {
    check(List.of(PICTURES, Shape.of(16)), in -> {
      Variable both = concatenate(in.get(0), in.get(0));
      Variable y = rmsNorm(both, in.get(1));
      both.spare();
      return y;
    });
  }

  @Test
  void whatOnlyABackwardPassMayReadIsFreedUntilThen() {
    try (Scope scope = Scope.open()) {
      Variable x = Variable.parameter(numbers(PICTURES, 1));
      Variable y = concatenate(x, x);
      Variable z = multiply(y, y);
      y.spare();
      assertTrue(y.value().isFreed());
      String said = assertThrows(IllegalStateException.class, () -> silu(y)).getMessage();
      assertTrue(said.contains("by spare()"), said);
      Variable kept = silu(x);
      kept.spare();
      assertFalse(kept.value().isFreed(), "silu is not recomputable");
      assertEquals(1, z.backward(numbers(z.shape(), 2)).parameters().size());
    }
  }

  @Test
  void nothingIsFreedWhereNothingIsRecorded() {
    try (Scope scope = Scope.open();
        Tape.Pause pause = Tape.pause()) {
      Variable x = Variable.parameter(numbers(PICTURES, 1));
      Variable y = concatenate(x, x);
      y.spare();
      assertFalse(y.value().isFreed());
    }
  }

  /** The gradients of a function whose output is spared, to the last bit. */
  private static void check(List<Shape> shapes, Function<List<Variable>, Variable> function) {
    List<List<float[]>> found = new ArrayList<>();
    for (boolean spared : List.of(false, true)) {
      try (Scope scope = Scope.open()) {
        List<Variable> inputs = new ArrayList<>();
        shapes.forEach(shape -> inputs.add(Variable.parameter(numbers(shape, inputs.size()))));
        Variable y = function.apply(inputs);
        float[] before = y.value().toFloats();
        Variable flat = reshape(y, Shape.of(y.shape().size()));
        Variable z = multiply(flat, silu(flat));
        if (spared) {
          y.spare();
          assertTrue(y.value().isFreed() && flat.value().isFreed());
          y.bringBack();
          assertArrayEquals(before, y.value().toFloats(), "the same bits");
          y.value().release("once more");
        }
        Gradients gradients = z.backward(numbers(z.shape(), 9));
        found.add(inputs.stream()
            .map(input -> gradients.of(input).orElseThrow().toFloats())
            .toList());
      }
    }
    for (int i = 0; i < shapes.size(); i++) {
      assertArrayEquals(found.get(0).get(i), found.get(1).get(i), "gradient of input " + i);
    }
  }

  private static Tensor numbers(Shape shape, int seed) {
    float[] numbers = new float[shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(0.7 * i + seed);
    }
    return Tensor.of(DEVICE, shape, numbers);
  }
}
