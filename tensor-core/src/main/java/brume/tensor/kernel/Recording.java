package brume.tensor.kernel;

/** Work of a device that was recorded once and can be repeated at the cost of starting it. */
public interface Recording extends AutoCloseable {

  /**
   * Does the work again, all parts in order: on the same tensors, with the numbers they have now. Like a
   * kernel, it may still be under way when the call returns.
   */
  void replay();

  /**
   * Does one part again.
   *
   * @param part its number in the order in which the parts were recorded, from 0
   */
  void replay(int part);

  /**
   * Asks for all numbers that a repetition would ask for, and compares them with those with which the work was
   * done before it was recorded: whoever says that numbers are renewed has to renew them from what counts
   * now. To be called while the same counts as then.
   *
   * @throws RecordingException if some are others
   */
  void verify();

  /** Gives back the memory that only the work uses; it cannot be repeated any more. */
  @Override
  void close();
}
