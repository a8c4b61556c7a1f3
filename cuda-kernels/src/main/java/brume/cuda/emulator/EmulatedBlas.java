package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.library.Blas;
import brume.cuda.library.CudaMath;
import brume.tensor.Text;
import java.util.Arrays;

/**
 * What cuBLAS does, in plain loops over the memory of an emulated GPU: the same conventions, and the
 * same refusals.
 */
public final class EmulatedBlas implements Blas {

  private static final String CALL = "cublasSgemmStridedBatched";

  private final EmulatedDriver driver;
  private final CudaMath math;

  /**
   * Starts the library.
   *
   * @param driver of the emulated GPU
   * @param math how exactly it multiplies
   */
  public EmulatedBlas(EmulatedDriver driver, CudaMath math) {
    this.driver = driver;
    this.math = math;
  }

  @Override
  public String describe() {
    return math.told("emulated cuBLAS");
  }

  @Override
  public void multiply(
      Operation ofA,
      Operation ofB,
      int m,
      int n,
      int k,
      float alpha,
      Matrices a,
      Matrices b,
      float beta,
      Matrices c,
      int batch) {
    require(
        Math.min(Math.min(m, n), Math.min(k, batch)) >= 1,
        "m, n, k and batch of at least 1, got %d, %d, %d and %d",
        m,
        n,
        k,
        batch);
    requireLeading("A", a, ofA == Operation.NONE ? m : k);
    requireLeading("B", b, ofB == Operation.NONE ? k : n);
    requireLeading("C", c, m);
    require(
        batch == 1 || isApart(c, m, n, batch),
        "matrices C that do not overlap, got a stride of %d for (%d, %d)",
        c.stride(),
        m,
        n);
    driver.enqueue(CALL, memory -> {
      float[] left = new float[m * k], right = new float[k * n];
      for (int i = 0; i < batch; i++) {
        read(memory, a, i, ofA, m, k, left);
        read(memory, b, i, ofB, k, n, right);
        Factors.of(math, left);
        Factors.of(math, right);
        product(m, n, k, alpha, left, right, beta, memory, c.address() + 4L * i * c.stride(), c);
      }
    });
  }

  /** Whether the matrices lie one after the other, or side by side in the same columns. */
  private static boolean isApart(Matrices c, int m, int n, int batch) {
    boolean after = c.stride() >= (long) c.leading() * (n - 1) + m;
    boolean beside = c.stride() >= m && c.stride() * (batch - 1) + m <= c.leading();
    return after || beside;
  }

  /** Reads op(matrix i), row by row. */
  private static void read(
      DeviceFloats memory,
      Matrices matrices,
      int i,
      Operation operation,
      int rows,
      int columns,
      float[] into) {
    boolean plain = operation == Operation.NONE;
    long first = matrices.address() + 4L * i * matrices.stride();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        long element = plain
            ? row + (long) column * matrices.leading()
            : column + (long) row * matrices.leading();
        into[row * columns + column] = memory.read(first + 4 * element);
      }
    }
  }

  private static void product(
      int m,
      int n,
      int k,
      float alpha,
      float[] left,
      float[] right,
      float beta,
      DeviceFloats memory,
      long first,
      Matrices c) {
    float[] sums = new float[n];
    for (int row = 0; row < m; row++) {
      Arrays.fill(sums, 0);
      for (int inner = 0; inner < k; inner++) {
        float factor = left[row * k + inner];
        for (int column = 0; column < n; column++) {
          sums[column] += factor * right[inner * n + column];
        }
      }
      for (int column = 0; column < n; column++) {
        long element = first + 4 * (row + (long) column * c.leading());
        float old = beta == 0 ? 0 : beta * memory.read(element);
        memory.write(element, alpha * sums[column] + old);
      }
    }
  }

  private static void requireLeading(String name, Matrices matrices, int rows) {
    require(
        matrices.leading() >= rows,
        "a leading dimension of %s of at least its %d stored rows, got %d",
        name,
        rows,
        matrices.leading());
  }

  private static void require(boolean condition, String expected, Object... values) {
    if (!condition) {
      throw new CudaException(
          CudaStatus.INVALID_VALUE, CALL, "expected " + Text.of(expected, values));
    }
  }

  @Override
  public void close() {}
}
