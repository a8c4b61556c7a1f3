package brume.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import brume.cuda.emulator.EmulatedBlas;
import brume.cuda.emulator.EmulatedDriver;
import brume.cuda.library.Blas;
import brume.cuda.library.CudaMath;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.MatmulGeometry;
import brume.tensor.kernel.MatmulGeometry.Layout;
import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Products by our kernel and by a library, against the formula, wherever the matrices lie. */
class ProductsTest {

  private static final EmulatedDriver DRIVER = EmulatedDriver.open(256 << 20);
  private static final CudaBackend BACKEND =
      new CudaBackend("emulator", DRIVER, Optional.empty(), Optional.empty());
  private static final CudaMemory MEMORY = new CudaMemory("emulator", DRIVER);
  private static final RandomKey KEY = RandomKey.of(3);

  /** Who multiplies. */
  enum By {
    PTX,
    BLAS;

    Products products() {
      Products ptx = new PtxProducts(DRIVER, MEMORY);
      Blas blas = new EmulatedBlas(DRIVER, CudaMath.EXACT);
      return this == PTX ? ptx : new BlasProducts(blas, new LaunchProfile(DRIVER), ptx);
    }
  }

  static Stream<Arguments> transposes() {
    return Arrays.stream(By.values()).flatMap(by -> Stream.of(false, true)
        .flatMap(a -> Stream.of(false, true).map(b -> Arguments.of(by, a, b))));
  }

  @ParameterizedTest
  @MethodSource("transposes")
  void matricesMayLieApart(By by, boolean transposeA, boolean transposeB) {
    int m = 5, n = 7, k = 6, batch = 2, heads = 3;
    Layout a = new Layout(4, 25, 160), b = new Layout(1, 23, 170), c = new Layout(2, 24, 130);
    MatmulGeometry at = new MatmulGeometry(batch, m, n, k, transposeA, transposeB, a, b, c);
    check(by, at, new Heads(heads, 8, 7, 8), 1.5, 0.5, 400);
  }

  @ParameterizedTest
  @EnumSource
  void moreHeadsThanSamples(By by) {
    Layout a = new Layout(0, 12, 40), b = new Layout(0, 12, 50), c = new Layout(0, 5, 60);
    MatmulGeometry at = new MatmulGeometry(1, 3, 4, 2, false, true, a, b, c);
    check(by, at, new Heads(4, 3, 3, 15), 1, 0, 100);
  }

  @ParameterizedTest
  @EnumSource
  void oneMatrixMayBeRepeated(By by) {
    Layout a = new Layout(0, 4, 12), b = new Layout(0, 5, 0), c = new Layout(0, 5, 15);
    check(by, new MatmulGeometry(3, 3, 5, 4, false, false, a, b, c), Heads.ONE, -2, 1, 50);
  }

  @ParameterizedTest
  @EnumSource
  void rowsMayRepeat(By by) {
    Layout a = new Layout(0, 0, 4), b = new Layout(0, 5, 20), c = new Layout(0, 5, 15);
    check(by, new MatmulGeometry(2, 3, 5, 4, false, false, a, b, c), Heads.ONE, 1, 0, 50);
  }

  @ParameterizedTest
  @EnumSource
  void aSumOfNothingIsZero(By by) {
    MatmulGeometry at = MatmulGeometry.single(2, 3, 0, false, false);
    check(by, at, Heads.ONE, 1, 0, 6);
    check(by, at, Heads.ONE, 1, 2, 6);
  }

  @ParameterizedTest
  @EnumSource
  void longSumsAreSplit(By by) {
    check(by, MatmulGeometry.single(3, 2, 1301, false, true), Heads.ONE, 0.5, 0.25, 4000);
    check(
        by,
        MatmulGeometry.batched(2, 1, 5, 1030, true, false),
        new Heads(2, 0, 0, 50),
        1,
        0,
        11_000);
  }

  /** Alone its sum is split among blocks; in a batch of hundreds every block sums up all of it. */
  @Test
  void theBatchDoesNotShowInAResult() {
    int k = 600, batch = 300;
    Layout a = new Layout(0, k, 0), b = new Layout(0, k, 0), c = new Layout(0, 2, 4);
    MatmulGeometry alone = new MatmulGeometry(1, 2, 2, k, false, true, a, b, c);
    MatmulGeometry together = new MatmulGeometry(batch, 2, 2, k, false, true, a, b, c);
    try (Scope scope = Scope.open()) {
      Tensor x = normal("x", 2 * k), w = normal("w", 2 * k);
      Tensor one = Tensor.empty(BACKEND, Shape.of(4)),
          all = Tensor.empty(BACKEND, Shape.of(4 * batch));
      By.PTX.products().multiply(alone, Heads.ONE, 1, x, w, 0, one);
      By.PTX.products().multiply(together, Heads.ONE, 1, x, w, 0, all);
      float[] expected = one.toFloats(), actual = all.toFloats();
      for (int i = 0; i < actual.length; i++) {
        assertEquals(expected[i % 4], actual[i]);
      }
    }
  }

  private static void check(
      By by, MatmulGeometry at, Heads heads, double alpha, double beta, int room) {
    try (Scope scope = Scope.open()) {
      Tensor a = normal("a", room), b = normal("b", room), c = normal("c", room);
      double[] expected =
          expected(at, heads, alpha, a.toDoubles(), b.toDoubles(), beta, c.toDoubles());
      by.products().multiply(at, heads, alpha, a, b, beta, c);
      assertArrayEquals(expected, c.toDoubles(), 1e-4);
    }
  }

  private static double[] expected(
      MatmulGeometry at,
      Heads heads,
      double alpha,
      double[] a,
      double[] b,
      double beta,
      double[] c) {
    double[] result = c.clone();
    for (int product = 0; product < at.batch() * heads.count(); product++) {
      int i = product / heads.count(), head = product % heads.count();
      for (int row = 0; row < at.m(); row++) {
        for (int column = 0; column < at.n(); column++) {
          double sum = 0;
          for (int k = 0; k < at.k(); k++) {
            sum += a[element(at.a(), i, head * heads.a(), at.transposeA(), row, k)]
                * b[element(at.b(), i, head * heads.b(), at.transposeB(), k, column)];
          }
          int here = element(at.c(), i, head * heads.c(), false, row, column);
          result[here] = alpha * sum + beta * c[here];
        }
      }
    }
    return result;
  }

  private static int element(
      Layout layout, int i, int head, boolean transposed, int row, int column) {
    int first = layout.at() + i * layout.stride() + head;
    return transposed ? first + column * layout.row() + row : first + row * layout.row() + column;
  }

  private static Tensor normal(String name, int count) {
    float[] values = new float[count];
    KEY.child(name).fillNormal(0, values, 0, count);
    return Tensor.of(BACKEND, Shape.of(count), values);
  }
}
