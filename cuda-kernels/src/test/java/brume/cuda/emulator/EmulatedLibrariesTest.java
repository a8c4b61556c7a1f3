package brume.cuda.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Graph;
import brume.cuda.library.Blas;
import brume.cuda.library.Blas.Matrices;
import brume.cuda.library.Blas.Operation;
import brume.cuda.library.CudaMath;
import brume.cuda.library.Dnn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The emulated libraries keep the conventions of the real ones, and refuse what those refuse. */
class EmulatedLibrariesTest {

  private final EmulatedDriver driver = EmulatedDriver.open(1 << 20);
  private final Blas blas = new EmulatedBlas(driver, CudaMath.EXACT);
  private final Dnn dnn = new EmulatedDnn(driver, CudaMath.EXACT);

  @Test
  void matricesLieColumnByColumn() {
    // A = (1 3 5)   B = (1 0)   A·B = (1+0+10  0+3+15) = (11 18)
    //     (2 4 6)       (0 1)         (2+0+12  0+4+18)   (14 22)
    //                   (2 3)
    Matrices a = matrices(2, 1, 2, 3, 4, 5, 6), b = matrices(3, 1, 0, 2, 0, 1, 3);
    Matrices c = matrices(2, 0, 0, 0, 0);
    blas.multiply(Operation.NONE, Operation.NONE, 2, 2, 3, 1, a, b, 0, c, 1);
    assertNumbers(c, 11, 14, 18, 22);
  }

  @Test
  void transposedMatricesAreStoredTheOtherWay() {
    Matrices a = matrices(3, 1, 3, 5, 2, 4, 6), b = matrices(2, 1, 0, 0, 1, 2, 3);
    Matrices c = matrices(2, 1, 1, 1, 1);
    blas.multiply(Operation.TRANSPOSE, Operation.TRANSPOSE, 2, 2, 3, 2, a, b, 10, c, 1);
    assertNumbers(c, 32, 38, 46, 54);
  }

  @Test
  void anOldResultIsNotReadWithoutItsFactor() {
    Matrices a = matrices(1, 3), b = matrices(1, 4);
    Matrices c = new Matrices(driver.allocate(4), 1, 0);
    blas.multiply(Operation.NONE, Operation.NONE, 1, 1, 1, 1, a, b, 0, c, 1);
    assertNumbers(c, 12);
    Matrices unwritten = new Matrices(driver.allocate(4), 1, 0);
    CudaException refused = assertThrows(
        CudaException.class,
        () -> blas.multiply(Operation.NONE, Operation.NONE, 1, 1, 1, 1, a, b, 1, unwritten, 1));
    assertTrue(refused.getMessage().contains("never written"), refused.getMessage());
  }

  @Test
  void aLeadingDimensionBelowTheRowsIsRefused() {
    Matrices a = matrices(1, 1, 2), c = matrices(2, 0, 0);
    CudaException refused = assertThrows(
        CudaException.class,
        () -> blas.multiply(Operation.NONE, Operation.NONE, 2, 1, 1, 1, a, a, 0, c, 1));
    assertEquals(CudaStatus.INVALID_VALUE, refused.status());
    assertTrue(
        refused
            .getMessage()
            .contains("leading dimension of A of at least its 2 stored rows, got 1"),
        refused.getMessage());
  }

  @Test
  void resultsThatOverlapAreRefused() {
    Matrices a = matrices(2, 1, 2, 3, 4), c = new Matrices(a.address(), 2, 1);
    assertThrows(
        CudaException.class,
        () -> blas.multiply(Operation.NONE, Operation.NONE, 2, 1, 1, 1, a, a, 0, c, 2));
  }

  @Test
  void aResultOfTheWrongSizeIsRefused() {
    Dnn.Convolution at = new Dnn.Convolution(1, 5, 5, 2, 3, 3, 3, 5, 4, 1, 1, 1, 1, 1, 1, 1);
    CudaException refused =
        assertThrows(CudaException.class, () -> dnn.plans(Dnn.Pass.FORWARD, at, 1 << 20));
    assertEquals(CudaStatus.NOT_SUPPORTED, refused.status());
  }

  @Test
  void withoutRoomToWorkThereIsNoPlan() {
    Dnn.Convolution at = new Dnn.Convolution(1, 5, 5, 2, 3, 3, 3, 5, 5, 1, 1, 1, 1, 1, 1, 1);
    assertFalse(dnn.plans(Dnn.Pass.FORWARD, at, 1 << 20).isEmpty());
    assertTrue(dnn.plans(Dnn.Pass.FORWARD, at, 8).isEmpty());
  }

  @Test
  void productsCanBeCaptured() {
    Matrices a = matrices(1, 3), b = matrices(1, 4), c = matrices(1, 0);
    try (Graph graph = driver.capture(
        () -> blas.multiply(Operation.NONE, Operation.NONE, 1, 1, 1, 1, a, b, 1, c, 1))) {
      assertNumbers(c, 0);
      graph.launch();
      graph.launch();
      assertNumbers(c, 24);
    }
  }

  // ---- TensorFloat-32
  // -----------------------------------------------------------------------------

  @Test
  void factorsAreRoundedToTenBitsIfAskedFor() {
    float one = 1 + 0x1p-10f, below = 1 + 0x1p-11f - 0x1p-23f, half = 1 + 0x1p-11f;
    float[] given = {one, below, half, -half, 0x1.fffp3f, Float.MIN_VALUE, 1e38f};
    float[] seen = {one, 1, one, -one, 16, 0, 0x1.2dp126f};
    for (int i = 0; i < given.length; i++) {
      assertEquals(seen[i], product(CudaMath.TF32, given[i]), "" + given[i]);
      assertEquals(given[i], product(CudaMath.EXACT, given[i]), "" + given[i]);
    }
    assertEquals(Float.POSITIVE_INFINITY, product(CudaMath.TF32, Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(product(CudaMath.TF32, Float.NaN)));
  }

  /** The product of a number and 1. */
  private float product(CudaMath math, float factor) {
    Matrices c = matrices(1, 0);
    new EmulatedBlas(driver, math)
        .multiply(
            Operation.NONE,
            Operation.NONE,
            1,
            1,
            1,
            1,
            matrices(1, factor),
            matrices(1, 1),
            0,
            c,
            1);
    return number(c);
  }

  private float number(Matrices matrices) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
    driver.download(matrices.address(), bytes);
    return bytes.getFloat(0);
  }

  private Matrices matrices(int leading, float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 * numbers.length).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(numbers);
    long address = driver.allocate(4L * numbers.length);
    driver.upload(bytes, address);
    return new Matrices(address, leading, 0);
  }

  private void assertNumbers(Matrices matrices, float... expected) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(4 * expected.length).order(ByteOrder.nativeOrder());
    driver.download(matrices.address(), bytes);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], bytes.getFloat(4 * i), "number " + i);
    }
  }
}
