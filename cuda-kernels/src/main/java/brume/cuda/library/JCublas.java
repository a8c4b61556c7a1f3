package brume.cuda.library;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.tensor.Text;
import jcuda.Pointer;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/** cuBLAS, through JCuda. */
public final class JCublas implements Blas {

  /** What NVIDIA advises for Hopper. With its own, the library allocates nothing while capturing. */
  private static final long WORKSPACE_BYTES = 32L << 20;

  private final Driver driver;
  private final Runnable entering;
  private final CudaMath math;
  private final cublasHandle handle = new cublasHandle();
  private final long workspace;

  /**
   * Loads the library for a device.
   *
   * @param driver of the device
   * @param stream the driver's, in whose order the library works
   * @param entering makes the device the current one of the calling thread
   * @param math how exactly it multiplies
   * @throws UnsatisfiedLinkError if JCuda's native library or cuBLAS itself is missing
   * @throws CudaException if the library refuses to start
   */
  public JCublas(Driver driver, CUstream stream, Runnable entering, CudaMath math) {
    this.driver = driver;
    this.entering = entering;
    this.math = math;
    entering.run();
    JCublas2.initialize();
    JCublas2.setExceptionsEnabled(false);
    check("cublasCreate", JCublas2.cublasCreate(handle));
    this.workspace = driver.allocate(WORKSPACE_BYTES);
    check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
    // After the stream, because that resets the workspace.
    check(
        "cublasSetWorkspace",
        JCublas2.cublasSetWorkspace(handle, new Address(workspace), WORKSPACE_BYTES));
    int host = cublasPointerMode.CUBLAS_POINTER_MODE_HOST;
    check("cublasSetPointerMode", JCublas2.cublasSetPointerMode(handle, host));
    int mode = math == CudaMath.TF32
        ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH
        : cublasMath.CUBLAS_DEFAULT_MATH; // for floats, no TF32
    check("cublasSetMathMode", JCublas2.cublasSetMathMode(handle, mode));
  }

  @Override
  public String describe() {
    int[] version = new int[1];
    check("cublasGetVersion", JCublas2.cublasGetVersion(handle, version));
    int number = version[0]; // 120603, or 13.0.2 as 130002
    return math.told(Text.of("cuBLAS %d.%d.%d", number / 10_000, number / 100 % 100, number % 100));
  }

  @Override
  public synchronized void multiply(
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
    entering.run();
    check(
        "cublasSgemmStridedBatched",
        JCublas2.cublasSgemmStridedBatched(
            handle,
            code(ofA),
            code(ofB),
            m,
            n,
            k,
            Pointer.to(new float[] {alpha}),
            new Address(a.address()),
            a.leading(),
            a.stride(),
            new Address(b.address()),
            b.leading(),
            b.stride(),
            Pointer.to(new float[] {beta}),
            new Address(c.address()),
            c.leading(),
            c.stride(),
            batch));
  }

  @Override
  public synchronized void close() {
    entering.run();
    check("cublasDestroy", JCublas2.cublasDestroy(handle));
    driver.free(workspace);
  }

  private static int code(Operation operation) {
    return operation == Operation.NONE ? cublasOperation.CUBLAS_OP_N : cublasOperation.CUBLAS_OP_T;
  }

  private static void check(String call, int status) {
    if (status != 0) {
      String reason = Text.of("%s (%d)", cublasStatus.stringFor(status), status);
      throw new CudaException(
          CudaStatus.OTHER, call, reason, "run with --cuda-level driver to do without cuBLAS");
    }
  }
}
