package brume.diffusion.cli;

import java.io.Serial;

/** Options that contradict each other or the machine: one sentence that starts with the option. */
final class UsageException extends RuntimeException {

  @Serial
  private static final long serialVersionUID = 1L;

  UsageException(String sentence) {
    super(sentence);
  }

  /** Refuses what breaks a condition. */
  static void unless(boolean ok, String sentence) {
    if (!ok) {
      throw new UsageException(sentence);
    }
  }
}
