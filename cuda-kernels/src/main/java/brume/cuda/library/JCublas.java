package brume.cuda.library;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.JCudaDriver;
import brume.cuda.driver.Releases;
import brume.tensor.Text;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/** cuBLAS, through JCuda. Its calls take the driver's lock, as all work for the device does. */
public final class JCublas implements Blas {

  /** What NVIDIA advises for Hopper. With its own, the library allocates nothing while capturing. */
  private static final long WORKSPACE_BYTES = 32L << 20;

  private final JCudaDriver driver;
  private final CudaMath math;
  private final cublasHandle handle = new cublasHandle();
  private final Scalar alphas = new Scalar(1);
  private final Scalar betas = new Scalar(0);
  private final Releases held;

  private JCublas(JCudaDriver driver, CudaMath math, Releases held) {
    this.driver = driver;
    this.math = math;
    this.held = held;
    driver.exclusively(this::start);
  }

  /**
   * Loads the library for a device.
   *
   * @param driver of the device, in whose stream the library works
   * @param math how exactly it multiplies
   * @return the library
   * @throws UnsatisfiedLinkError if JCuda's native library or cuBLAS itself is missing
   * @throws CudaException if the library refuses to start
   */
  public static JCublas open(JCudaDriver driver, CudaMath math) {
    Releases held = new Releases();
    return held.whole(() -> new JCublas(driver, math, held));
  }

  private void start() {
    JCublas2.initialize();
    JCublas2.setExceptionsEnabled(false);
    long workspace = driver.allocate(WORKSPACE_BYTES);
    held.add(() -> driver.free(workspace)); // after the library, which may still use it
    check("cublasCreate", JCublas2.cublasCreate(handle));
    held.add(() -> check("cublasDestroy", JCublas2.cublasDestroy(handle)));
    cudaStream_t stream = new cudaStream_t(driver.stream());
    check("cublasSetStream", JCublas2.cublasSetStream(handle, stream));
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
    driver.exclusively(() -> check(
        "cublasSgemmStridedBatched",
        JCublas2.cublasSgemmStridedBatched(
            handle,
            code(ofA),
            code(ofB),
            m,
            n,
            k,
            alphas.of(alpha),
            new Address(a.address()),
            a.leading(),
            a.stride(),
            new Address(b.address()),
            b.leading(),
            b.stride(),
            betas.of(beta),
            new Address(c.address()),
            c.leading(),
            c.stride(),
            batch)));
  }

  @Override
  public void close() {
    driver.exclusively(held::close);
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
