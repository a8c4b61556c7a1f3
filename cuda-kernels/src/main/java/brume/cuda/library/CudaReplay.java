package brume.cuda.library;

import brume.tensor.kernel.BackendOption;
import brume.tensor.kernel.BackendOptions;
import java.util.Locale;

/**
 * Whether networks that are asked again and again are recorded, so that one start does what hundreds did.
 * Results have the same bits. By default {@link #ON}.
 */
public enum CudaReplay {
  /** Whatever can be recorded is. */
  ON,
  /** Every kernel is started by itself: for who looks for a mistake, or needs the memory of recordings. */
  OFF;

  /** The option that chooses, by name. */
  public static final BackendOption OPTION = BackendOption.oneOf("cuda.recording", values());

  /**
   * What the user asked for.
   *
   * @param options what was chosen
   * @return {@link #ON} if nothing
   * @throws IllegalArgumentException if none has the name that was chosen
   */
  public static CudaReplay asked(BackendOptions options) {
    return Choice.asked(OPTION, options, ON);
  }

  /** The name users know it by. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
