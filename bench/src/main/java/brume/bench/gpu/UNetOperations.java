package brume.bench.gpu;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.LinearAttention.linearAttention;
import static brume.autograd.function.attention.LinearSelfAttention.linearSelfAttention;
import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.norm.GroupNormSiLU.groupNormSiLU;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;

import brume.autograd.Variable;
import brume.bench.StepNetwork;
import brume.bench.StepShape;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What a U-Net is made of, at the sizes of each of its levels. Mutable while the list grows. */
final class UNetOperations {

  private static final int HEADS = 4;
  private static final int INNER = HEADS * 32; // channels of all heads
  private static final double SCALE = 1 / Math.sqrt(32);
  private static final int GROUPS = 8;
  private static final double EPS = 1e-5;

  private final List<Operation> operations = new ArrayList<>();
  private final int batch;

  private UNetOperations(int batch) {
    this.batch = batch;
  }

  /** All operations of a network, the parameters' too; a backend tells their sizes. */
  static List<Operation> of(StepShape sizes, Backend any) {
    UNetOperations list = new UNetOperations(sizes.batch());
    int side = sizes.size(), fine = sizes.dim();
    list.convolution("7x7", side, sizes.channels(), fine, 7, Window.padded(3));
    for (int level = 0; level < sizes.multiples().size(); level++) {
      boolean innermost = level == sizes.multiples().size() - 1;
      int coarse = sizes.dim() * sizes.multiples().get(level);
      list.level(side, fine, coarse, 4 * sizes.dim(), innermost);
      if (innermost) {
        list.convolution("last 3x3", side, fine, coarse, 3, Window.padded(1));
      } else {
        list.halving(side, fine, coarse);
      }
      if (level > 0) {
        list.doubling(side, coarse, fine);
      }
      side /= innermost ? 1 : 2;
      fine = coarse;
    }
    list.products(side, fine);
    try (Scope scope = Scope.open()) {
      list.operations.add(
          new OptimizerSteps(StepNetwork.of(any, sizes.toString()).parameters().stream()
              .map(parameter -> parameter.variable().shape())
              .toList()));
    }
    return List.copyOf(list.operations);
  }

  private void level(int side, int fine, int coarse, int time, boolean innermost) {
    Window same = Window.padded(1);
    convolution("3x3", side, fine, fine, 3, same);
    convolution("3x3", side, coarse + fine, coarse, 3, same);
    convolution("1x1", side, coarse + fine, coarse, 1, Window.padded(0));
    Shape image = Shape.of(batch, side, side, fine), channels = Shape.of(fine);
    add(
        "group norm, scale-shift and SiLU of " + image,
        in -> groupNormSiLU(in[0], in[1], in[2], in[3], GROUPS, EPS),
        image,
        channels,
        channels,
        Shape.of(batch, 2 * fine));
    add("RMS norm of " + image, in -> rmsNorm(in[0], in[1]), image, channels);
    add(
        Text.of("linear, time to %d channels", 2 * fine),
        in -> linear(in[0], in[1], in[2]),
        Shape.of(batch, time),
        Shape.of(2 * fine, time),
        Shape.of(2 * fine));
    Shape qkv = Shape.of(batch, side * side, 3 * INNER);
    if (innermost) {
      add("attention of " + qkv, in -> attention(in[0], HEADS, SCALE), qkv);
    } else {
      add("linear attention of " + qkv, in -> linearAttention(in[0], HEADS, SCALE), qkv);
      add(
          "linear attention to itself of " + image,
          in -> linearSelfAttention(
              in[0],
              scale(in[1], 1 / Math.sqrt(fine)),
              scale(in[2], 1 / Math.sqrt(INNER)),
              in[3],
              HEADS,
              SCALE),
          image,
          Shape.of(3 * INNER, fine),
          Shape.of(fine, INNER),
          Shape.of(fine));
    }
  }

  private void convolution(String kind, int side, int cin, int cout, int filter, Window window) {
    add(
        Text.of("%s convolution of %d to %d channels at %dx%d", kind, cin, cout, side, side),
        in -> conv2d(in[0], in[1], in[2], window),
        Shape.of(batch, side, side, cin),
        Shape.of(cout, filter, filter, cin),
        Shape.of(cout));
  }

  private void halving(int side, int cin, int cout) {
    Shape image = Shape.of(batch, side, side, cin);
    add(
        Text.of("halving of %s to %d channels", image, cout),
        in -> conv2d(pixelUnshuffle(in[0], 2), in[1], in[2], Window.padded(0)),
        image,
        Shape.of(cout, 1, 1, 4 * cin),
        Shape.of(cout));
  }

  private void doubling(int side, int cin, int cout) {
    Shape image = Shape.of(batch, side, side, cin);
    add(
        Text.of("doubling of %s to %d channels", image, cout),
        in -> conv2d(upsampleNearest(in[0], 2), in[1], in[2], Window.padded(1)),
        image,
        Shape.of(cout, 3, 3, cin),
        Shape.of(cout));
  }

  /** One product with gradients takes no, the first and the second matrix transposed. */
  private void products(int side, int channels) {
    int rows = batch * side * side;
    Shape a = Shape.of(rows, channels), b = Shape.of(channels, 3 * INNER);
    add(Text.of("product of %s and %s", a, b), in -> matmul(in[0], in[1]), a, b);
    Shape scores = Shape.of(batch * HEADS, side * side, side * side);
    Shape values = Shape.of(batch * HEADS, side * side, INNER / HEADS);
    add(
        Text.of("products of %s and %s", scores, values),
        in -> matmul(in[0], in[1]),
        scores,
        values);
  }

  private void add(String name, Function<Variable[], Variable> function, Shape... inputs) {
    operations.add(new FunctionWithGradients(name, List.of(inputs), function));
  }
}
