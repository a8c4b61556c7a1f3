package brume.tensor.cpu;

import static brume.tensor.cpu.Floats.assertClose;
import static brume.tensor.cpu.Floats.filled;
import static brume.tensor.cpu.Floats.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import brume.tensor.Text;
import brume.tensor.cpu.gemm.Gemm;
import brume.tensor.cpu.gemm.Matrix;
import brume.tensor.cpu.gemm.PackedMatrix;
import brume.tensor.cpu.gemm.Panels;
import brume.tensor.cpu.loop.FloatPool;
import brume.tensor.cpu.loop.KeptWeights;
import brume.tensor.cpu.loop.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GemmTest {

  private static final double TOLERANCE = 2e-6; // of the largest value

  /** A product with random sizes, strides and offsets, and the arrays it works on. */
  private record Product(
      int m,
      int n,
      int k,
      float alpha,
      Matrix a,
      Matrix b,
      float beta,
      Matrix c,
      double[] expected) {

    static Product of(Random random, int m, int n, int k, float alpha, float beta) {
      Matrix a = matrix(random, m, k, random.nextBoolean());
      Matrix b = matrix(random, k, n, random.nextBoolean());
      Matrix c = matrix(random, m, n, false);
      double[] expected = new double[c.array.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = c.array[i];
      }
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int p = 0; p < k; p++) {
            sum += (double) at(a, i, p) * at(b, p, j);
          }
          int into = c.at + i * c.row + j;
          expected[into] = alpha * sum + beta * expected[into];
        }
      }
      if (beta == 0) {
        for (int i = 0; i < m; i++) {
          Arrays.fill(c.array, c.at + i * c.row, c.at + i * c.row + n, Float.NaN);
        }
      }
      return new Product(m, n, k, alpha, a, b, beta, c, expected);
    }

    /** The last row ends where the array ends, so that reading beyond it throws. */
    private static Matrix matrix(Random random, int rows, int columns, boolean transposed) {
      int stored = transposed ? columns : rows, width = transposed ? rows : columns;
      int at = random.nextInt(3), row = width + random.nextInt(3);
      float[] array = random(random, at + Math.max(0, stored - 1) * row + width);
      return transposed ? Matrix.transposed(array, at, row) : Matrix.of(array, at, row);
    }

    private static float at(Matrix matrix, int r, int c) {
      Matrix element = matrix.from(r, c);
      return element.array[element.at];
    }

    @Override
    public String toString() {
      return Text.of(
          "(%d x %d)%s times (%d x %d)%s, alpha %s, beta %s",
          m, k, a.transposed ? "^T" : "", k, n, b.transposed ? "^T" : "", alpha, beta);
    }
  }

  private static Product anyProduct(Random random, int largest) {
    float alpha = random.nextInt(3) == 0 ? 0.5f : 1;
    float beta = List.of(0f, 0f, 1f, -0.5f).get(random.nextInt(4));
    int m = 1 + random.nextInt(largest), n = 1 + random.nextInt(largest);
    return Product.of(random, m, n, 1 + random.nextInt(largest), alpha, beta);
  }

  @Test
  void multipliesMatricesOfAnySize() {
    Random random = new Random(1);
    Gemm gemm = new Gemm(new FloatPool());
    for (int i = 0; i < 600; i++) {
      Product p = anyProduct(random, i < 400 ? 20 : 70);
      gemm.multiply(p.m, p.n, p.k, p.alpha, p.a, p.b, p.beta, p.c);
      assertClose(p.expected, p.c.array, TOLERANCE, p.toString());
    }
  }

  @Test
  void sumsOfManyBlocksStayExact() {
    Random random = new Random(2);
    Gemm gemm = new Gemm(new FloatPool());
    for (int k : new int[] {383, 384, 385, 767, 769, 1500, 20_000}) {
      Product p = Product.of(random, 9, 19, k, 1, 1);
      gemm.multiply(p.m, p.n, p.k, p.alpha, p.a, p.b, p.beta, p.c);
      assertClose(p.expected, p.c.array, TOLERANCE, p.toString());
    }
  }

  @Test
  void emptySumsOnlyScale() {
    Random random = new Random(3);
    Gemm gemm = new Gemm(new FloatPool());
    for (float beta : new float[] {0, 1, 3}) {
      Product p = Product.of(random, 5, 20, 0, 1, beta);
      gemm.multiply(p.m, p.n, p.k, p.alpha, p.a, p.b, p.beta, p.c);
      assertClose(p.expected, p.c.array, TOLERANCE, p.toString());
    }
  }

  @Test
  void allThreadsTogetherGiveTheSameBits() {
    Random random = new Random(4);
    FloatPool pool = new FloatPool();
    int[][] sizes = {
      {400, 50, 100},
      {33, 700, 90},
      {1000, 3, 200},
      {32, 49, 5000},
      {70, 300, 2000},
      {300, 260, 1600},
      {1, 1, 400_000},
      {64, 64, 64},
      {193, 17, 1537}
    };
    for (int[] size : sizes) {
      for (int transposes = 0; transposes < 4; transposes++) {
        Product p = Product.of(random, size[0], size[1], size[2], 0.5f, transposes % 2);
        float[] before = p.c.array.clone(), first = filled(0, 0);
        for (int threads : new int[] {1, 2, 5}) {
          try (Workers workers = new Workers(threads)) {
            System.arraycopy(before, 0, p.c.array, 0, before.length);
            new CpuMatmul(workers, pool, new KeptWeights(0))
                .multiply(p.m, p.n, p.k, p.alpha, p.a, p.b, p.beta, p.c);
            if (threads == 1) {
              assertClose(p.expected, p.c.array, tolerance(p.k), p.toString());
              first = p.c.array.clone();
            }
            assertArrayEquals(first, p.c.array, p + " with " + threads + " threads");
          }
        }
      }
    }
  }

  @Test
  void aSampleHasTheSameBitsAloneAndInAnyBatch() {
    Random random = new Random(5);
    FloatPool pool = new FloatPool();
    try (Workers workers = new Workers(2)) {
      CpuMatmul matmul = new CpuMatmul(workers, pool, new KeptWeights(0));
      for (int n : new int[] {1, 7, 8, 50, 300}) {
        for (int k : new int[] {1, 100, 385, 1000}) {
          float[] batch = random(random, 200 * k), weights = random(random, n * k);
          Matrix a = Matrix.of(batch, 0, k), b = Matrix.transposed(weights, 0, k);
          float[] all = new float[200 * n];
          matmul.multiply(200, n, k, 1, a, b, 0, Matrix.of(all, 0, n));
          for (int m : new int[] {1, 2, 17, 40}) {
            float[] some = filled(m * n, Float.NaN);
            matmul.multiply(m, n, k, 1, a, b, 0, Matrix.of(some, 0, n));
            String what = Text.of("%d of 200 samples, n = %d, k = %d", m, n, k);
            assertArrayEquals(Arrays.copyOf(all, m * n), some, what);
          }
        }
      }
    }
  }

  @Test
  void rowsThatMeetManyPanelsHaveTheSameBits() {
    Random random = new Random(6);
    FloatPool pool = new FloatPool();
    Gemm gemm = new Gemm(pool);
    try (Workers workers = new Workers(1)) {
      for (int m : new int[] {12, 25, 50}) {
        for (int k : new int[] {1, 40, 400}) {
          int n = 300;
          float[] as = random(random, m * k), bs = random(random, n * k);
          Matrix a = Matrix.of(as, 0, k), b = Matrix.transposed(bs, 0, k);
          float[] few = filled(m * n, Float.NaN), many = filled(m * n, Float.NaN);
          gemm.multiply(m, n, k, 1, a, b, 0, Matrix.of(few, 0, n));
          try (PackedMatrix packed = new PackedMatrix(Panels.of(b, n, 1), n, k, workers, pool)) {
            gemm.multiply(m, n, k, a, packed, 0, false, Matrix.of(many, 0, n));
          }
          assertArrayEquals(few, many, Text.of("%d rows, k = %d", m, k));
        }
      }
    }
  }

  /** Small results of sums too short to be cut: their blocks become smaller, and nothing else. */
  @Test
  void blocksForAllThreadsHaveTheBitsOfOneProduct() {
    Random random = new Random(7);
    FloatPool pool = new FloatPool();
    int k = 770;
    try (Workers workers = new Workers(2)) {
      CpuMatmul matmul = new CpuMatmul(workers, pool, new KeptWeights());
      for (int m : new int[] {5, 64, 130, 250}) {
        for (int n : new int[] {9, 64, 130, 200}) {
          float[] as = random(random, m * k), bs = random(random, n * k);
          Matrix a = Matrix.transposed(as, 0, m), b = Matrix.of(bs, 0, n);
          float[] whole = filled(m * n, Float.NaN), blocks = filled(m * n, Float.NaN);
          new Gemm(pool).multiply(m, n, k, 1, a, b, 0, Matrix.of(whole, 0, n));
          matmul.deep(m, n, k, a, Panels.of(b, n, 1), 0, Matrix.of(blocks, 0, n));
          assertArrayEquals(whole, blocks, Text.of("%d by %d", m, n));
        }
      }
    }
  }

  /** Rounding errors grow with the root of the length, and those of very long sums show. */
  private static double tolerance(int k) {
    return TOLERANCE * Math.max(1, Math.sqrt(k / 20_000.0));
  }
}
