package brume.diffusion.data;

/** Is told how far the opening of many files is. */
@FunctionalInterface
public interface OpeningListener {

  /**
   * Some files were looked at.
   *
   * @param done how many so far
   * @param of how many there are
   */
  void opened(int done, int of);
}
