package brume.bench.gpu;

import brume.tensor.kernel.Backend;

/** Something to be found out about a device. */
public interface Check {

  /**
   * Finds it out.
   *
   * @param device what is checked
   * @param verdicts get one line or more
   */
  void run(Backend device, Verdicts verdicts);
}
