package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;

/** What a thread must not do; the warp adds where it was done. */
final class Fault extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final CudaStatus status;
  private final String advice;
  private int lane;

  Fault(CudaStatus status, String problem, String advice) {
    super(problem, null, false, false);
    this.status = status;
    this.advice = advice;
  }

  /** Adds whose fault it was. */
  Fault at(int lane) {
    this.lane = lane;
    return this;
  }

  CudaStatus status() {
    return status;
  }

  String advice() {
    return advice;
  }

  int lane() {
    return lane;
  }
}
