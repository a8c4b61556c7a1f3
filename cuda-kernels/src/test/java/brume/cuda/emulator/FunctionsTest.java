package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Grid;
import brume.cuda.driver.KernelModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nvcc makes of C gives the numbers of C. */
class FunctionsTest {

  private static final int THREADS = 256;

  private final EmulatedDriver driver = EmulatedDriver.open(1 << 20);
  private final KernelModule module = driver.load("functions.ptx", Ptx.resource("functions.ptx"));

  /** A function, and how many ulps NVIDIA says it may be away from the correctly rounded result. */
  enum Function {
    EXP("exp_", Math::exp, 2),
    EXPM1("expm1_", Math::expm1, 1),
    LOG("log_", v -> Math.log(Math.abs(v)), 1),
    LOG1P("log1p_", v -> Math.log1p(Math.abs(v)), 1),
    TANH("tanh_", Math::tanh, 2),
    ERF("erf_", FunctionsTest::erf, 2),
    SIN("sin_", Math::sin, 2),
    COS("cos_", Math::cos, 2),
    RSQRT("rsqrt_", v -> 1 / Math.sqrt(Math.abs(v)), 2),
    SQRT("sqrt_", v -> Math.sqrt(Math.abs(v)), 0),
    RECIPROCAL("reciprocal_", v -> 1 / v, 0),
    POW("pow_", v -> Math.pow(Math.abs(v), 1.7f), 4),
    EXP_DOUBLE("exp_double_", Math::exp, 0),
    SIN_DOUBLE("sin_double_", Math::sin, 0);

    private final String kernel;
    private final DoubleUnaryOperator exact;
    private final double ulps;

    Function(String kernel, DoubleUnaryOperator exact, double ulps) {
      this.kernel = kernel;
      this.exact = exact;
      this.ulps = ulps;
    }
  }

  @ParameterizedTest
  @EnumSource
  void functionsOfTheLibraryAreAsExactAsTheyAreSaidToBe(Function function) {
    float[] x = new float[THREADS];
    Random random = new Random(7);
    for (int i = 0; i < THREADS; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(10, i % 5 - 2));
    }
    x[0] = 1e30f; // sines take their slow path for large arguments
    x[1] = 0;
    x[2] = 1e-40f; // subnormal
    long in = Ptx.upload(driver, x);
    long out = driver.allocate(4 * THREADS);
    driver.launch(
        module.kernel(function.kernel), Grid.of(1, THREADS), new Arguments().i64(in, out));
    float[] y = Ptx.downloadFloats(driver, out, THREADS);
    for (int i = 0; i < THREADS; i++) {
      float rounded = (float) function.exact.applyAsDouble(x[i]);
      if (Float.isInfinite(rounded)) {
        assertEquals(rounded, y[i], "x = " + x[i]);
      } else {
        assertEquals(rounded, y[i], function.ulps * Math.ulp(rounded), "x = " + x[i]);
      }
    }
  }

  @Test
  void threadsPartAndMeetAgain() {
    int[] x = new Random(7).ints(THREADS, 0, 40).toArray();
    int[] expected = new int[THREADS];
    for (int t = 0; t < THREADS; t++) {
      expected[t] = parted(x, t);
    }
    assertArrayEquals(expected, run("part", x));
  }

  private static int parted(int[] x, int t) {
    int sum = 0;
    for (int i = 0; i <= x[t]; i++) {
      if (i % 3 != 1) {
        sum = switch (i & 7) {
          case 0 -> sum + 5;
          case 2 -> sum ^ i * 3;
          case 3 -> sum - i;
          case 4 -> sum * 3;
          case 5 -> sum + (sum >> 3);
          case 6 -> ~sum;
          case 7 -> sum + x[(t + i) % THREADS];
          default -> sum;
        };
      }
    }
    return sum;
  }

  @Test
  void functionsAreCalledWithAddressesOfLocalMemory() {
    int[] x = new Random(7).ints(THREADS, 0, 1000).toArray();
    int[] expected = new int[THREADS];
    for (int t = 0; t < THREADS; t++) {
      int which = x[t] & 7;
      expected[t] = x[(t + which) % THREADS] * which * 2 + 1 + x[(t + 4) % THREADS] * 4 * 2 + 1;
    }
    assertArrayEquals(expected, run("called", x));
  }

  private int[] run(String kernel, int[] x) {
    long in = Ptx.upload(driver, x);
    long out = driver.allocate(4 * THREADS);
    driver.launch(module.kernel(kernel), Grid.of(1, THREADS), new Arguments().i64(in, out));
    return Ptx.download(driver, out, THREADS);
  }

  @Test
  void blocksSumThroughShufflesAndSharedMemory() {
    float[] x = new float[THREADS];
    float[] weights = {1, 0.5f, 0.25f, 0.125f};
    float sum = 0;
    for (int i = 0; i < THREADS; i++) {
      x[i] = i % 17;
      sum += x[i] * weights[i % 4];
    }
    long in = Ptx.upload(driver, x);
    long out = driver.allocate(4 * THREADS + 4);
    driver.launch(
        module.kernel("block_sum"),
        Grid.of(1, THREADS).withShared(4 * THREADS),
        new Arguments().i64(in, out));
    float[] y = Ptx.downloadFloats(driver, out, THREADS + 1);
    assertEquals(sum, y[0]);
    assertEquals(x[THREADS - 6] * weights[(THREADS - 6) % 4], y[6]);
  }

  @Test
  void longIntegersDivideAndMultiply() {
    long[] pairs = {
      17, 5, -17, 5, 1L << 62, 3, Long.MIN_VALUE, -3, -1, 0x123456789abcdefL, 5, Long.MAX_VALUE
    };
    int n = pairs.length / 2;
    ByteBuffer bytes = ByteBuffer.allocate(8 * pairs.length).order(ByteOrder.nativeOrder());
    bytes.asLongBuffer().put(pairs);
    long in = driver.allocate(bytes.capacity());
    driver.upload(bytes, in);
    long out = driver.allocate(8L * 6 * n);
    driver.launch(module.kernel("longs"), Grid.of(1, n), new Arguments().i64(in, out));
    ByteBuffer result = ByteBuffer.allocate(8 * 6 * n).order(ByteOrder.nativeOrder());
    driver.download(out, result);
    for (int i = 0; i < n; i++) {
      long a = pairs[2 * i];
      long b = pairs[2 * i + 1];
      long[] expected = {
        a / b,
        a % b,
        Long.divideUnsigned(a, b),
        Math.multiplyHigh(a, b),
        Math.multiplyHigh(a, b) + (a < 0 ? b : 0) + (b < 0 ? a : 0),
        a << (b & 63) ^ a >> 7 ^ b >>> 9
      };
      for (int k = 0; k < 6; k++) {
        assertEquals(expected[k], result.getLong(8 * (6 * i + k)), a + ", " + b + ": result " + k);
      }
    }
  }

  /** The error function by its series, exact enough for arguments where it is not 1. */
  private static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }
}
