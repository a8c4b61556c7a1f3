package brume.tensor.kernel;

/** Work that does something else each time was to be recorded. */
public final class RecordingException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Work that cannot be repeated as it is.
   *
   * @param message what differed, as a sentence
   */
  public RecordingException(String message) {
    super(message);
  }
}
