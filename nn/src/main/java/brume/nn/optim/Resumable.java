package brume.nn.optim;

import brume.nn.NamedParameter;
import java.util.List;

/** Something that remembers from step to step, and whose memory can be saved and restored. */
public interface Resumable {

  /**
   * Steps taken so far.
   *
   * @return 0 at first
   */
  long steps();

  /**
   * All that is remembered besides the number of steps. Overwriting these tensors restores it.
   *
   * @return constants, named after the parameters they belong to and stored like them
   */
  List<NamedParameter> state();

  /**
   * Goes on after some steps, with the state of then.
   *
   * @param steps as {@link #steps} returned them
   */
  void resumeAfter(long steps);
}
