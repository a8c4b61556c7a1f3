package brume.cuda.library;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.JCudaDriver;
import brume.cuda.driver.Releases;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import jcuda.jcudnn.cudnnHandle;
import jcuda.runtime.cudaStream_t;

/** cuDNN, through JCuda. Its calls take the driver's lock, as all work for the device does. */
public final class JCudnn implements Dnn {

  private static final String DO_WITHOUT = "run with --cuda-level cublas to do without cuDNN";

  private final JCudaDriver driver;
  private final CudaMath math;
  private final cudnnHandle handle = new cudnnHandle();
  private final Releases held;

  private JCudnn(JCudaDriver driver, CudaMath math, Releases held) {
    this.driver = driver;
    this.math = math;
    this.held = held;
    driver.exclusively(() -> {
      jcuda.jcudnn.JCudnn.initialize();
      // The numbers of its errors are those of cuDNN 8; the library itself tells their names.
      jcuda.jcudnn.JCudnn.setExceptionsEnabled(false);
      check("cudnnCreate", jcuda.jcudnn.JCudnn.cudnnCreate(handle));
      held.add(() -> check("cudnnDestroy", jcuda.jcudnn.JCudnn.cudnnDestroy(handle)));
      cudaStream_t stream = new cudaStream_t(driver.stream());
      check("cudnnSetStream", jcuda.jcudnn.JCudnn.cudnnSetStream(handle, stream));
    });
  }

  /**
   * Loads the library for a device.
   *
   * @param driver of the device, in whose stream the library works
   * @param math how exactly it multiplies
   * @return the library
   * @throws UnsatisfiedLinkError if JCuda's native library or cuDNN itself is missing
   * @throws CudaException if the library refuses to start
   */
  public static JCudnn open(JCudaDriver driver, CudaMath math) {
    Releases held = new Releases();
    return held.whole(() -> new JCudnn(driver, math, held));
  }

  @Override
  public String describe() {
    long version = jcuda.jcudnn.JCudnn.cudnnGetVersion(); // 90501, before version 9 as 8907
    long major = version < 10_000 ? version / 1000 : version / 10_000;
    long rest = version < 10_000 ? version % 1000 : version % 10_000;
    return math.told(Text.of("cuDNN %d.%d.%d", major, rest / 100, rest % 100));
  }

  @Override
  public List<Plan> plans(Pass pass, Convolution at, long mostWorkspace) {
    List<Plan> plans = new ArrayList<>();
    driver.exclusively(() -> {
      JCudnnDescriptors descriptors = JCudnnDescriptors.of(at, math);
      plans.addAll(descriptors.held().whole(() -> plans(pass, descriptors, mostWorkspace)));
      if (plans.isEmpty()) {
        descriptors.close();
      } else {
        held.add(descriptors::close);
      }
    });
    return plans;
  }

  private List<Plan> plans(Pass pass, JCudnnDescriptors descriptors, long mostWorkspace) {
    JCudnnPass calls = JCudnnPass.of(pass);
    List<Plan> plans = new ArrayList<>();
    for (int algorithm : calls.ranking(handle, descriptors)) {
      long[] bytes = new long[1];
      int status = calls.workspace(handle, descriptors, algorithm, bytes);
      if (status == 0 && bytes[0] <= mostWorkspace) {
        plans.add(new JCudnnPlan(driver, handle, calls, descriptors, algorithm, bytes[0]));
      }
    }
    return plans;
  }

  @Override
  public void close() {
    driver.exclusively(held::close);
  }

  static void check(String call, int status) {
    if (status != 0) {
      String reason = Text.of("%s (%d)", jcuda.jcudnn.JCudnn.cudnnGetErrorString(status), status);
      throw new CudaException(CudaStatus.NOT_SUPPORTED, call, reason, DO_WITHOUT);
    }
  }

  /** For a call of which JCuda did not tell the status. */
  static CudaException refusal(String call, String reason, RuntimeException cause) {
    CudaException refusal = new CudaException(CudaStatus.NOT_SUPPORTED, call, reason, DO_WITHOUT);
    refusal.initCause(cause);
    return refusal;
  }
}
