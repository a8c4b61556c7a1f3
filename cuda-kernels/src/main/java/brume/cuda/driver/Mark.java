package brume.cuda.driver;

/** A point in the order of a device's work. */
public interface Mark extends AutoCloseable {

  /**
   * Time between two points; waits until this one is reached.
   *
   * @param earlier a mark of the same driver
   * @return in seconds
   */
  double secondsSince(Mark earlier);

  @Override
  void close();
}
