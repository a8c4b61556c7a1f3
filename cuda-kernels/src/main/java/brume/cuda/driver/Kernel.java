package brume.cuda.driver;

/** One entry point of a loaded module. */
public interface Kernel {

  /**
   * Its name in the PTX.
   *
   * @return for example {@code group_norm}
   */
  String name();
}
