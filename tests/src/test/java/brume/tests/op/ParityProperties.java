package brume.tests.op;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.LinearAttention.linearAttention;
import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.linear.MatMul.matmul;
import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.tensor.Shape.of;
import static brume.tests.op.OpCase.in;
import static brume.tests.op.OpCase.op;

import brume.tensor.kernel.Backend;
import brume.tensor.kernel.ConvGeometry.Window;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A backend against the reference at sizes nobody chose, where blocks, vectors and tiles end anywhere.
 * The seed is fixed, so that a build fails for what changed and not by chance.
 */
abstract class ParityProperties {

  /** What is compared with the reference. */
  abstract Backend backend();

  @Property(tries = 60, seed = "2026")
  void matrixProducts(
      @ForAll @IntRange(min = 1, max = 3) int batch,
      @ForAll @IntRange(min = 1, max = 70) int m,
      @ForAll @IntRange(min = 1, max = 70) int n,
      @ForAll @IntRange(min = 1, max = 70) int k) {
    check(op("matmul", in(of(batch, m, k), of(batch, k, n)), v -> matmul(v[0], v[1])));
  }

  @Property(tries = 100, seed = "2026")
  void convolutions(
      @ForAll @IntRange(min = 1, max = 14) int h,
      @ForAll @IntRange(min = 1, max = 14) int w,
      @ForAll @IntRange(min = 1, max = 12) int cin,
      @ForAll @IntRange(min = 1, max = 20) int cout,
      @ForAll @IntRange(min = 1, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 3) int stride,
      @ForAll @IntRange(min = 0, max = 3) int padding,
      @ForAll @IntRange(min = 1, max = 2) int dilation,
      @ForAll @IntRange(min = 1, max = 3) int groups) {
    Assume.that(Math.min(h, w) + padding >= dilation * (kernel - 1) + 1);
    Window window = new Window(stride, stride, padding, 0, 0, padding, dilation, dilation, groups);
    check(op(
        "conv2d",
        in(of(2, h, w, cin * groups), of(cout * groups, kernel, kernel, cin)),
        v -> conv2d(v[0], v[1], window)));
  }

  /** From six positions on: the gradient of a group of two is all cancellation. */
  @Property(tries = 60, seed = "2026")
  void normalizations(
      @ForAll @IntRange(min = 1, max = 3) int n,
      @ForAll @IntRange(min = 6, max = 40) int positions,
      @ForAll @IntRange(min = 1, max = 9) int groups,
      @ForAll @IntRange(min = 1, max = 9) int d) {
    int channels = groups * d;
    check(op(
        "groupNorm",
        in(of(n, positions, channels), of(channels), of(channels)),
        v -> groupNorm(v[0], v[1], v[2], groups, 1e-5)));
  }

  @Property(tries = 60, seed = "2026")
  void attentions(
      @ForAll @IntRange(min = 1, max = 40) int queries,
      @ForAll @IntRange(min = 1, max = 40) int keys,
      @ForAll @IntRange(min = 1, max = 3) int heads,
      @ForAll @IntRange(min = 1, max = 20) int d) {
    int inner = heads * d;
    double scale = 1 / Math.sqrt(d);
    check(op(
        "attention",
        in(of(2, queries, inner), of(2, keys, inner), of(2, keys, inner)),
        v -> attention(v[0], v[1], v[2], heads, scale)));
    check(op(
        "linearAttention",
        in(of(2, queries, inner), of(2, keys, inner), of(2, keys, inner)),
        v -> linearAttention(v[0], v[1], v[2], heads, scale)));
  }

  private void check(OpCase op) {
    Parity.check(op, backend());
  }
}
