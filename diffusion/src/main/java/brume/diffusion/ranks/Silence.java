package brume.diffusion.ranks;

import brume.tensor.Text;
import java.time.Duration;

/** What is said when another rank does not answer. */
final class Silence {

  private Silence() {}

  static String sentence(int rank, int size, Duration patience) {
    return Text.of(
        "rank %d of %d: expected the others to answer within %s, one of them hangs; all end now, and the"
            + " same command goes on from the last checkpoint",
        rank, size, words(patience));
  }

  private static String words(Duration time) {
    long seconds = Math.max(1, time.toSeconds());
    return seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
