package brume.cuda.library;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.driver.CUstream;
import jcuda.jcudnn.cudnnHandle;
import jcuda.runtime.cudaStream_t;

/** cuDNN, through JCuda. */
public final class JCudnn implements Dnn {

  private final Runnable entering;
  private final CudaMath math;
  private final cudnnHandle handle = new cudnnHandle();
  private final List<JCudnnPlan> plans = new ArrayList<>();

  /**
   * Loads the library for a device.
   *
   * @param stream the driver's, in whose order the library works
   * @param entering makes the device the current one of the calling thread
   * @param math how exactly it multiplies
   * @throws UnsatisfiedLinkError if JCuda's native library or cuDNN itself is missing
   * @throws CudaException if the library refuses to start
   */
  public JCudnn(CUstream stream, Runnable entering, CudaMath math) {
    this.entering = entering;
    this.math = math;
    entering.run();
    jcuda.jcudnn.JCudnn.initialize();
    // The numbers of its errors are those of cuDNN 8; the library itself tells their names.
    jcuda.jcudnn.JCudnn.setExceptionsEnabled(false);
    check("cudnnCreate", jcuda.jcudnn.JCudnn.cudnnCreate(handle));
    check("cudnnSetStream", jcuda.jcudnn.JCudnn.cudnnSetStream(handle, new cudaStream_t(stream)));
  }

  @Override
  public String describe() {
    long version = jcuda.jcudnn.JCudnn.cudnnGetVersion(); // 90501, before version 9 as 8907
    long major = version < 10_000 ? version / 1000 : version / 10_000;
    long rest = version < 10_000 ? version % 1000 : version % 10_000;
    return math.told(Text.of("cuDNN %d.%d.%d", major, rest / 100, rest % 100));
  }

  @Override
  public synchronized Optional<Plan> plan(Pass pass, Convolution at, long mostWorkspace) {
    entering.run();
    JCudnnDescriptors descriptors = new JCudnnDescriptors(at, math);
    Optional<JCudnnPlan> plan = JCudnnPlan.of(this, handle, pass, descriptors, mostWorkspace);
    plan.ifPresent(plans::add);
    return plan.map(found -> found);
  }

  @Override
  public synchronized void close() {
    entering.run();
    plans.forEach(JCudnnPlan::close);
    plans.clear();
    check("cudnnDestroy", jcuda.jcudnn.JCudnn.cudnnDestroy(handle));
  }

  /** Makes the device the current one of the calling thread. */
  void enter() {
    entering.run();
  }

  static void check(String call, int status) {
    if (status != 0) {
      String reason = Text.of("%s (%d)", jcuda.jcudnn.JCudnn.cudnnGetErrorString(status), status);
      throw new CudaException(
          CudaStatus.OTHER, call, reason, "run with --cuda-level cublas to do without cuDNN");
    }
  }
}
