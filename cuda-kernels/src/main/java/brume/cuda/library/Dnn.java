package brume.cuda.library;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import java.util.List;

/**
 * Convolutions by a library, or its emulation: images (N, H, W, C), filters (Cout, KH, KW, Cin /
 * groups), dense and in single precision.
 *
 * <p>Work is done in the order of the driver's, and may still be under way when a call returns.
 */
public interface Dnn extends AutoCloseable {

  /** Which of the three tensors of a convolution is computed from the other two. */
  enum Pass {
    /** The result y of x and w. */
    FORWARD,
    /** The gradient dx of w and dy. */
    INPUT_GRADIENT,
    /** The gradient dw of x and dy. */
    FILTER_GRADIENT
  }

  /**
   * The sizes of a convolution, padded alike on opposite sides.
   *
   * @param n samples
   * @param h height of the image
   * @param w width of the image
   * @param cin channels of the image
   * @param cout channels of the result
   * @param kh height of the filters
   * @param kw width of the filters
   * @param oh height of the result
   * @param ow width of the result
   * @param strideH rows from one result to the next
   * @param strideW columns from one result to the next
   * @param padH rows of zeros above and below the image
   * @param padW columns of zeros on both sides of the image
   * @param dilationH rows from one filter element to the next
   * @param dilationW columns from one filter element to the next
   * @param groups groups of channels that do not see each other
   */
  record Convolution(
      int n,
      int h,
      int w,
      int cin,
      int cout,
      int kh,
      int kw,
      int oh,
      int ow,
      int strideH,
      int strideW,
      int padH,
      int padW,
      int dilationH,
      int dilationW,
      int groups) {}

  /**
   * What is added to a result on the way.
   *
   * @param old whether it is the numbers that the result held
   * @param bias address of (Cout), or 0 for none; to y only
   * @param residual address of a tensor of the shape of y, or 0 for none; only beside a bias
   */
  record Plus(boolean old, long bias, long residual) {

    /** Nothing: old numbers are not even read. */
    public static final Plus NOTHING = new Plus(false, 0, 0);

    /** What the result held. */
    public static final Plus OLD = new Plus(true, 0, 0);
  }

  /** A way to compute one pass of one convolution. */
  interface Plan {

    /**
     * The library's name of the algorithm.
     *
     * @return for example {@code FWD_ALGO_IMPLICIT_PRECOMP_GEMM}
     */
    String name();

    /**
     * Memory it needs beside the tensors.
     *
     * @return in bytes
     */
    long workspaceBytes();

    /**
     * Whether it can add a bias on the way.
     *
     * @return false for all gradients
     */
    boolean addsBias();

    /**
     * Computes one tensor of a convolution from the other two.
     *
     * @param first address of x, or of w for the input gradient
     * @param second address of w, or of dy for a gradient
     * @param result address of y, dx or dw
     * @param workspace address of {@link #workspaceBytes} bytes
     * @param plus what is added; no bias unless it {@linkplain #addsBias can}
     * @throws CudaException with {@link CudaStatus#NOT_SUPPORTED} if the library refuses; then nothing
     *     was computed
     */
    void run(long first, long second, long result, long workspace, Plus plus);
  }

  /**
   * One line for logs.
   *
   * @return for example {@code cuDNN 9.5.1}, or {@code cuDNN 9.5.1 in TF32}
   */
  String describe();

  /**
   * Looks for ways to compute a pass that multiply as its {@link CudaMath} says and give the same bits
   * in every run. It takes some time, and starts no work.
   *
   * @param pass what is computed
   * @param at sizes
   * @param mostWorkspace bytes a plan may need beside the tensors
   * @return plans, the one first that the library expects to be the fastest; empty if it has none
   * @throws CudaException with {@link CudaStatus#NOT_SUPPORTED} if the library refuses the sizes
   */
  List<Plan> plans(Pass pass, Convolution at, long mostWorkspace);

  /** Gives back everything the library holds. */
  @Override
  void close();
}
