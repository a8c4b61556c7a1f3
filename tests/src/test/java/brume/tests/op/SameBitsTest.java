package brume.tests.op;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.attention.LinearAttention.linearAttention;
import static brume.autograd.function.attention.LinearSelfAttention.linearSelfAttention;
import static brume.autograd.function.conv.Conv2d.conv2d;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.norm.GroupNorm.groupNorm;
import static brume.autograd.function.norm.GroupNormSiLU.groupNormSiLU;
import static brume.autograd.function.norm.RmsNorm.rmsNorm;
import static brume.autograd.function.norm.ScaleShift.scaleShift;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.reduce.Softmax.softmax;
import static brume.autograd.function.reduce.Sum.sum;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Gradients;
import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes out at the sizes of real networks is the same to the last bit however many threads work and
 * however long vectors are, and, but for one kernel, for a sample whatever batch it lies in: else picture i of a seed would depend
 * on how many are drawn at once.
 */
@EnabledIf("brume.tests.op.TestBackends#cpuIsAvailable")
class SameBitsTest {

  private static final int MOST = 9;
  private static final double EPS = 1e-5;

  static Stream<Arguments> functions() {
    return Stream.of(
        function("7x7 convolution", Shape.of(14, 14, 4), x -> convolution(x, 32, 7)),
        function("3x3 convolution", Shape.of(14, 14, 32), x -> convolution(x, 32, 3)),
        function("3x3 convolution, narrow", Shape.of(14, 14, 16), x -> convolution(x, 16, 3)),
        function("3x3 convolution, small", Shape.of(7, 7, 64), x -> convolution(x, 64, 3)),
        function(
            "3x3 convolution, small and deep", Shape.of(7, 7, 192), x -> convolution(x, 64, 3)),
        function("3x3 convolution, deep", Shape.of(14, 14, 144), x -> convolution(x, 32, 3)),
        function("3x3 convolution, odd", Shape.of(5, 5, 5), x -> convolution(x, 7, 3)),
        function("3x3 convolution, few pixels", Shape.of(3, 3, 20), x -> convolution(x, 40, 3)),
        function("1x1 convolution", Shape.of(14, 14, 32), x -> convolution(x, 384, 1)),
        function("1x1 convolution, few pixels", Shape.of(3, 3, 300), x -> convolution(x, 50, 1)),
        function("1x1 convolution, thin", Shape.of(14, 14, 32), x -> convolution(x, 4, 1)),
        function("1x1 convolution, deep", Shape.of(7, 7, 1600), x -> convolution(x, 32, 1)),
        function("linear", Shape.of(32), x -> linear(x, constant(x, "w", 128, 32))),
        function("linear, larger", Shape.of(128), x -> linear(x, constant(x, "w", 512, 128))),
        function("linear, deep", Shape.of(1600), x -> linear(x, constant(x, "w", 64, 1600))),
        function("attention", Shape.of(7, 7, 3 * 128), x -> attention(x, 4, 0.18)),
        function("attention, odd", Shape.of(5, 5, 3 * 20), x -> attention(x, 4, 0.4)),
        function("linear attention", Shape.of(14, 14, 3 * 128), x -> linearAttention(x, 4, 0.18)),
        function("linear attention, odd", Shape.of(5, 5, 3 * 20), x -> linearAttention(x, 4, 0.4)),
        function(
            "linear self-attention",
            Shape.of(14, 14, 32),
            x -> linearSelfAttention(
                x, constant(x, "w", 384, 32), constant(x, "out", 32, 128), c(x), 4, 0.18)),
        function(
            "linear self-attention, odd",
            Shape.of(5, 5, 7),
            x -> linearSelfAttention(
                x, constant(x, "w", 60, 7), constant(x, "out", 7, 20), c(x), 4, 0.4)),
        function("group norm", Shape.of(14, 14, 32), x -> groupNorm(x, c(x), c(x), 8, EPS)),
        function("group norm, odd", Shape.of(5, 5, 15), x -> groupNorm(x, c(x), c(x), 5, EPS)),
        function("group norm, SiLU", Shape.of(7, 7, 64), x -> groupNormSiLU(x, c(x), c(x), 8, EPS)),
        function("RMS norm", Shape.of(7, 7, 33), x -> rmsNorm(x, c(x))),
        function("scale and shift", Shape.of(5, 5, 7), SameBitsTest::scaledAndShifted),
        function("SiLU", Shape.of(5, 5, 7), x -> silu(x)),
        function("softmax", Shape.of(5, 5, 7), x -> softmax(x)),
        function("sum of two", Shape.of(5, 5, 7), x -> add(x, x)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void aSampleDoesNotDependOnItsBatch(String name, Shape sample, UnaryOperator<Variable> function) {
    float[] all = output(Backends.cpu(), MOST, sample, function);
    for (int n = 1; n < MOST; n++) {
      float[] some = output(Backends.cpu(), n, sample, function);
      assertArrayEquals(
          Arrays.copyOf(all, some.length), some, Text.of("%s of %d samples", name, n));
    }
  }

  /** Of so few pixels, but of no more, wide 3x3 convolutions are computed in a way of their own. */
  @Test
  void samplesOfAFewPixelsAgreeToRounding() {
    Shape sample = Shape.of(4, 4, 64);
    float[] all = output(Backends.cpu(), MOST, sample, x -> convolution(x, 64, 3));
    float largest = 0;
    for (float y : all) {
      largest = Math.max(largest, Math.abs(y));
    }
    for (int n = 1; n < MOST; n++) {
      float[] some = output(Backends.cpu(), n, sample, x -> convolution(x, 64, 3));
      float tolerance = n * 16 > 32 ? 0 : 1e-5f * largest;
      assertArrayEquals(Arrays.copyOf(all, some.length), some, tolerance, n + " samples");
    }
  }

  /** What a function makes of a batch, whose first samples are those of a smaller one. */
  static float[] output(
      Device device, int samples, Shape sample, UnaryOperator<Variable> function) {
    try (Tape.Pause pause = Tape.pause();
        Scope scope = Scope.open()) {
      return function
          .apply(constant(device, "x", batch(samples, sample)))
          .value()
          .toFloats();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void outputsAndGradientsDoNotDependOnThreads(
      String name, Shape sample, UnaryOperator<Variable> function) {
    float[][] alone = outputAndGradient(TestBackends.cpuWithThreads(1), MOST, sample, function);
    for (int threads : new int[] {2, 5}) {
      float[][] together =
          outputAndGradient(TestBackends.cpuWithThreads(threads), MOST, sample, function);
      assertArrayEquals(alone[0], together[0], Text.of("%s by %d threads", name, threads));
      assertArrayEquals(alone[1], together[1], Text.of("its gradient by %d threads", threads));
    }
  }

  /** With AVX2, AVX-512 and NEON alike. A machine whose vectors are shorter compares what it has. */
  @Test
  void nothingDependsOnTheLengthOfVectors(@TempDir Path folder, TestReporter reporter)
      throws Exception {
    Map<Integer, List<String>> byBits = new TreeMap<>();
    for (int bytes : new int[] {16, 32, 64}) {
      BitsOfAll all = BitsOfAll.withVectorsOf(bytes, folder);
      byBits.put(all.bits(), all.lines());
    }
    if (byBits.size() < 3) {
      reporter.publishEntry(
          "vectors", "expected 128, 256 and 512 bits, compared " + byBits.keySet());
    }
    List<String> shortest = byBits.values().iterator().next();
    assertTrue(shortest.size() > 300, shortest.size() + " lines");
    byBits.forEach((bits, lines) -> assertEquals(shortest, lines, bits + " bits"));
  }

  /** What a function makes of a batch, and the gradient of the sum of its squares. */
  static float[][] outputAndGradient(
      Device device, int samples, Shape sample, UnaryOperator<Variable> function) {
    try (Scope scope = Scope.open()) {
      Variable x =
          Variable.parameter(constant(device, "x", batch(samples, sample)).value());
      Variable y = function.apply(x);
      float[] output = y.value().toFloats();
      Gradients gradients = sum(square(y)).backward();
      return new float[][] {output, gradients.of(x).orElseThrow().toFloats()};
    }
  }

  private static Arguments function(String name, Shape sample, UnaryOperator<Variable> function) {
    return Arguments.of(name, sample, function);
  }

  private static Variable convolution(Variable x, int channels, int side) {
    Variable w = constant(x, "w", channels, side, side, x.shape().dim(-1));
    return conv2d(x, w, ConvGeometry.Window.padded(side / 2));
  }

  private static Variable scaledAndShifted(Variable x) {
    return scaleShift(x, constant(x, "scale", x.shape().dim(0), 2 * x.shape().dim(-1)));
  }

  private static Variable c(Variable x) {
    return constant(x, "c", x.shape().dim(-1));
  }

  private static int[] batch(int n, Shape sample) {
    int[] sizes = new int[sample.rank() + 1];
    sizes[0] = n;
    for (int axis = 0; axis < sample.rank(); axis++) {
      sizes[axis + 1] = sample.dim(axis);
    }
    return sizes;
  }

  private static Variable constant(Variable beside, String name, int... sizes) {
    return constant(beside.value().device(), name, sizes);
  }

  /** Numbers by address: the first of a long tensor are those of a short one. */
  private static Variable constant(Device device, String name, int... sizes) {
    Tensor values = Tensor.empty(device, Shape.of(sizes));
    RandomKernels.of(values).normal(RandomKey.of(0).child(name), 0, values);
    return Variable.constant(values);
  }
}
