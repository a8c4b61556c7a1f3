package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;

import jcuda.driver.CUevent;
import jcuda.driver.CUstream;

/** A moment on the device's clock. */
final class JCudaMark implements Mark {

  private static final double SECONDS_PER_MILLISECOND = 1e-3;

  private final Runnable entering;
  private final CUevent event = new CUevent();

  JCudaMark(Runnable entering, CUstream stream) {
    this.entering = entering;
    check("cuEventCreate", cuEventCreate(event, 0));
    check("cuEventRecord", cuEventRecord(event, stream));
  }

  @Override
  public double secondsSince(Mark earlier) {
    if (!(earlier instanceof JCudaMark start)) {
      throw new IllegalArgumentException("secondsSince: expected a mark of the same driver");
    }
    entering.run();
    check("cuEventSynchronize", cuEventSynchronize(event));
    float[] milliseconds = new float[1];
    check("cuEventElapsedTime", cuEventElapsedTime(milliseconds, start.event, event));
    return milliseconds[0] * SECONDS_PER_MILLISECOND;
  }

  @Override
  public void close() {
    entering.run();
    check("cuEventDestroy", cuEventDestroy(event));
  }
}
