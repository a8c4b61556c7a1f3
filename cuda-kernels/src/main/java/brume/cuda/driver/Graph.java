package brume.cuda.driver;

/** Work recorded once by {@link Driver#capture}, to be repeated at the cost of one launch. */
public interface Graph extends AutoCloseable {

  /** Does the recorded work, after all earlier work. */
  void launch();

  @Override
  void close();
}
