package brume.tensor.cpu;

import static brume.tensor.cpu.Floats.NAN_FILLED;
import static brume.tensor.cpu.Floats.assertClose;
import static brume.tensor.cpu.Floats.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;
import brume.tensor.cpu.patches.PatchGeometry;
import brume.tensor.cpu.winograd.Winograd;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CpuConvolutionTest {

  // Of the largest value; docs/numerics.md has the measured errors.
  private static final double TOLERANCE = 2e-6;
  private static final double WINOGRAD_TOLERANCE = 5e-6;
  private static final int[] CHANNELS = {1, 2, 3, 7, 8, 12, 16, 20, 32, 40};

  private static ConvGeometry geometry(
      int n, int h, int w, int cin, int cout, int kh, int kw, Window window) {
    int groups = window.groups();
    return ConvGeometry.of(Shape.of(n, h, w, cin), Shape.of(cout, kh, kw, cin / groups), window);
  }

  private static Window window(int stride, int padding, int dilation, int groups) {
    return new Window(
        stride, stride, padding, padding, padding, padding, dilation, dilation, groups);
  }

  /** Strides, paddings, dilations and groups as they come; groups multiply the channels. */
  private static ConvGeometry anyGeometry(Random random) {
    int kh = 1 + random.nextInt(4), kw = 1 + random.nextInt(4);
    int dh = 1 + random.nextInt(2), dw = 1 + random.nextInt(2);
    int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
    Window window = new Window(
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        random.nextInt(4),
        random.nextInt(4),
        random.nextInt(4),
        random.nextInt(4),
        dh,
        dw,
        groups);
    int h = dh * (kh - 1) + 1 + random.nextInt(8), w = dw * (kw - 1) + 1 + random.nextInt(8);
    int cin = CHANNELS[random.nextInt(CHANNELS.length)] * groups;
    int cout = CHANNELS[random.nextInt(CHANNELS.length)] * groups;
    return geometry(1 + random.nextInt(10), h, w, cin, cout, kh, kw, window);
  }

  private static List<ConvGeometry> geometries() {
    List<ConvGeometry> all = new ArrayList<>(List.of(
        geometry(2, 28, 28, 32, 32, 3, 3, Window.padded(1)),
        geometry(9, 7, 7, 192, 128, 3, 3, Window.padded(1)),
        geometry(3, 14, 14, 96, 64, 3, 3, Window.padded(1)),
        geometry(1, 28, 28, 1, 32, 7, 7, Window.padded(3)),
        geometry(4, 9, 9, 32, 96, 1, 1, Window.padded(0)),
        geometry(4, 9, 9, 40, 1, 1, 1, Window.padded(0)),
        geometry(4, 9, 9, 32, 24, 1, 1, Window.padded(1)),
        geometry(2, 8, 8, 32, 24, 1, 1, Window.strided(2, 0)),
        geometry(3, 16, 16, 32, 48, 3, 3, Window.strided(2, 1)),
        geometry(3, 16, 16, 16, 24, 4, 4, Window.strided(2, 1)),
        geometry(2, 9, 9, 32, 32, 3, 3, window(1, 2, 2, 1)),
        geometry(2, 9, 9, 64, 32, 3, 3, window(1, 1, 1, 2)),
        geometry(2, 9, 9, 24, 24, 3, 3, window(1, 1, 1, 24)),
        geometry(8, 1, 50, 32, 32, 1, 3, new Window(1, 1, 0, 1, 0, 1, 1, 1, 1)),
        geometry(1, 5, 5, 32, 32, 1, 1, window(1, 3, 1, 1)),
        geometry(1, 5, 5, 32, 32, 2, 2, window(1, 5, 1, 1))));
    all.addAll(winogradGeometries());
    Random random = new Random(7);
    for (int i = 0; i < 150; i++) {
      all.add(anyGeometry(random));
    }
    return all;
  }

  /** Sizes that {@link Winograd} takes: with whole and cut tiles, and all paddings it can meet. */
  private static List<ConvGeometry> winogradGeometries() {
    return List.of(
        geometry(1, 28, 28, 32, 32, 3, 3, Window.padded(1)),
        geometry(3, 14, 14, 64, 48, 3, 3, Window.padded(1)),
        geometry(11, 7, 7, 128, 128, 3, 3, Window.padded(1)),
        geometry(1, 17, 31, 32, 64, 3, 3, Window.padded(1)),
        geometry(2, 13, 22, 48, 32, 3, 3, Window.padded(1)),
        geometry(3, 6, 6, 32, 32, 3, 3, Window.padded(1)),
        geometry(1, 7, 7, 64, 32, 3, 3, Window.padded(1)),
        geometry(1, 28, 28, 16, 16, 3, 3, Window.padded(1)),
        geometry(3, 14, 14, 16, 32, 3, 3, Window.padded(1)),
        geometry(9, 17, 13, 48, 16, 3, 3, Window.padded(1)),
        geometry(2, 18, 21, 32, 32, 3, 3, Window.padded(0)),
        geometry(1, 18, 16, 32, 48, 3, 3, Window.padded(2)),
        geometry(1, 20, 20, 48, 32, 3, 3, Window.padded(5)),
        geometry(1, 8, 8, 160, 48, 3, 3, Window.padded(1)),
        geometry(3, 27, 27, 80, 32, 3, 3, Window.padded(1)),
        geometry(130, 4, 4, 464, 32, 3, 3, Window.padded(1)),
        geometry(2, 16, 12, 208, 32, 3, 3, new Window(1, 1, 0, 3, 1, 2, 1, 1, 1)),
        // so many channels that tiles are transformed one by one, the first and the last of nothing
        geometry(1, 10, 12, 128, 160, 3, 3, new Window(1, 1, 9, 5, 9, 5, 1, 1, 1)),
        geometry(1, 10, 12, 128, 160, 3, 3, new Window(1, 1, 5, 9, 5, 9, 1, 1, 1)));
  }

  @Test
  void winogradTakesTheGeometriesMeantForIt() {
    for (ConvGeometry at : winogradGeometries()) {
      assertTrue(Winograd.suits(PatchGeometry.ofForward(at), at.cout()), at.toString());
      assertTrue(Winograd.suits(PatchGeometry.ofInputGrad(at), at.cin()), at.toString());
    }
  }

  private static double tolerance(boolean winograd) {
    return winograd ? WINOGRAD_TOLERANCE : TOLERANCE;
  }

  @FunctionalInterface
  private interface Term {
    void add(int y, int x, int w);
  }

  /** Every product x[...]*w[...] of the convolution and the element of y it belongs to. */
  private static void forEachTerm(ConvGeometry at, Term term) {
    Window window = at.window();
    int cin = at.cin() / window.groups(), cout = at.cout() / window.groups();
    for (int row = 0; row < at.n() * at.oh() * at.ow(); row++) {
      int n = row / (at.oh() * at.ow()), i = row / at.ow() % at.oh(), j = row % at.ow();
      for (int tap = 0; tap < at.kh() * at.kw(); tap++) {
        int p = tap / at.kw(), q = tap % at.kw();
        int ih = i * window.strideH() + p * window.dilationH() - window.top();
        int iw = j * window.strideW() + q * window.dilationW() - window.left();
        if (ih < 0 || ih >= at.h() || iw < 0 || iw >= at.w()) {
          continue;
        }
        int pixel = (n * at.h() + ih) * at.w() + iw;
        for (int o = 0; o < at.cout(); o++) {
          int filter = (o * at.kh() * at.kw() + tap) * cin;
          for (int c = 0; c < cin; c++) {
            term.add(row * at.cout() + o, pixel * at.cin() + o / cout * cin + c, filter + c);
          }
        }
      }
    }
  }

  private static CpuConvolution convolution(Workers workers, FloatPool pool) {
    return new CpuConvolution(workers, pool, new CpuMatmul(workers, pool, new KeptWeights(0)));
  }

  @Test
  void allThreeDirectionsEqualTheirDefinition() {
    Random random = new Random(8);
    FloatPool pool = new FloatPool();
    try (Workers workers = new Workers(2);
        Scope scope = Scope.open()) {
      CpuConvolution convolution = convolution(workers, pool);
      for (ConvGeometry at : geometries()) {
        Tensor x = random(random, at.x()), w = random(random, at.filters());
        Tensor dy = random(random, at.y());
        float[] xs = x.toFloats(), ws = w.toFloats(), dys = dy.toFloats();
        double[] ys = new double[at.y().size()];
        double[] dxs = new double[xs.length], dws = new double[ws.length];
        forEachTerm(at, (iy, ix, iw) -> {
          ys[iy] += (double) xs[ix] * ws[iw];
          dxs[ix] += (double) dys[iy] * ws[iw];
          dws[iw] += (double) dys[iy] * xs[ix];
        });

        Tensor y = Tensor.empty(NAN_FILLED, at.y());
        Tensor dx = Tensor.empty(NAN_FILLED, at.x()), dw = Tensor.empty(NAN_FILLED, at.filters());
        convolution.conv2d(at, x, w, y);
        convolution.conv2dInputGrad(at, w, dy, dx);
        convolution.conv2dFilterGrad(at, x, dy, dw);
        boolean stride1 = at.window().strideH() * at.window().strideW() == 1;
        boolean forward = Winograd.suits(PatchGeometry.ofForward(at), at.cout());
        boolean back = stride1 && Winograd.suits(PatchGeometry.ofInputGrad(at), at.cin());
        assertClose(ys, y.toFloats(), tolerance(forward), "y of " + at);
        assertClose(dxs, dx.toFloats(), tolerance(back), "dx of " + at);
        assertClose(dws, dw.toFloats(), tolerance(forward), "dw of " + at);
      }
    }
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    Random random = new Random(9);
    try (Scope scope = Scope.open()) {
      for (ConvGeometry at : geometries().subList(0, 30)) {
        Tensor x = random(random, at.x()), w = random(random, at.filters());
        Tensor dy = random(random, at.y());
        float[][] first = results(at, x, w, dy, 1);
        for (int threads : new int[] {2, 5}) {
          assertArrayEquals(first, results(at, x, w, dy, threads), at + " with " + threads);
        }
      }
    }
  }

  private static float[][] results(ConvGeometry at, Tensor x, Tensor w, Tensor dy, int threads) {
    try (Workers workers = new Workers(threads)) {
      CpuConvolution convolution = convolution(workers, new FloatPool());
      Tensor y = Tensor.empty(NAN_FILLED, at.y());
      Tensor dx = Tensor.empty(NAN_FILLED, at.x()), dw = Tensor.empty(NAN_FILLED, at.filters());
      convolution.conv2d(at, x, w, y);
      convolution.conv2dInputGrad(at, w, dy, dx);
      convolution.conv2dFilterGrad(at, x, dy, dw);
      return new float[][] {y.toFloats(), dx.toFloats(), dw.toFloats()};
    }
  }

  @Test
  void theSecondStepMakesNoNewArrays() {
    Random random = new Random(10);
    FloatPool pool = new FloatPool();
    ConvGeometry at = geometry(8, 14, 14, 32, 32, 3, 3, Window.padded(1));
    try (Workers workers = new Workers(1);
        Scope scope = Scope.open()) {
      CpuConvolution convolution = convolution(workers, pool);
      Tensor x = random(random, at.x()), w = random(random, at.filters());
      Tensor y = Tensor.empty(NAN_FILLED, at.y()), dw = Tensor.empty(NAN_FILLED, at.filters());
      long[] allocated = new long[3];
      for (int step = 0; step < allocated.length; step++) {
        convolution.conv2d(at, x, w, y);
        convolution.conv2dInputGrad(at, w, y, x);
        convolution.conv2dFilterGrad(at, x, y, dw);
        allocated[step] = pool.allocatedBytes();
      }
      assertArrayEquals(new long[] {allocated[0], allocated[0], allocated[0]}, allocated);
    }
  }
}
