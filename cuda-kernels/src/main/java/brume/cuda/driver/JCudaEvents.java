package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;

/** Moments in the work of a device: when all that was given before is done. The device is current. */
final class JCudaEvents implements AutoCloseable {

  private final CUevent[] events;
  private final Releases held = new Releases();

  JCudaEvents(int count) {
    events = new CUevent[count];
    held.whole(() -> {
      for (int i = 0; i < count; i++) {
        CUevent event = new CUevent();
        check("cuEventCreate", cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT));
        held.add(() -> check("cuEventDestroy", cuEventDestroy(event)));
        events[i] = event;
      }
      return events;
    });
  }

  void record(int i, CUstream stream) {
    check("cuEventRecord", cuEventRecord(events[i], stream));
  }

  void await(int i) {
    check("cuEventSynchronize", cuEventSynchronize(events[i]));
  }

  /** Between two moments that have passed. */
  double milliseconds(int from, int to) {
    float[] elapsed = {0};
    check("cuEventElapsedTime", cuEventElapsedTime(elapsed, events[from], events[to]));
    return elapsed[0];
  }

  @Override
  public void close() {
    held.close();
  }
}
