package brume.cuda.driver;

/** A refusal of the device: which call, why, and what to do about it. */
public final class CudaException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final CudaStatus status;

  /**
   * Makes the sentence {@code call: reason; what to do}.
   *
   * @param status why, which also tells what to do
   * @param call what was called, or the kernel that failed
   * @param reason what was expected and what was got
   */
  public CudaException(CudaStatus status, String call, String reason) {
    super(call + ": " + reason + "; " + status.advice());
    this.status = status;
  }

  /**
   * Makes the sentence {@code call: reason; what to do}.
   *
   * @param status why
   * @param call what was called, or the kernel that failed
   * @param reason what was expected and what was got
   * @param advice what to do
   */
  public CudaException(CudaStatus status, String call, String reason, String advice) {
    super(call + ": " + reason + "; " + advice);
    this.status = status;
  }

  /**
   * Why the device refused.
   *
   * @return the status
   */
  public CudaStatus status() {
    return status;
  }
}
