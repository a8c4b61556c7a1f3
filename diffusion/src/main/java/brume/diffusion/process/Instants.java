package brume.diffusion.process;

import brume.tensor.Text;
import java.util.Arrays;

/** Levels at some times of a continuous process. */
@SuppressWarnings("ArrayRecordComponent") // a way is gone, never compared
record Instants(ContinuousProcess process, double[] times) implements Way {

  /** Refuses times that do not ascend from above 0. {@inheritDoc} */
  Instants {
    for (int k = 0; k < times.length; k++) {
      if (!(times[k] > (k == 0 ? 0 : times[k - 1]))) {
        throw new IllegalArgumentException(Text.of(
            "levels: expected times that ascend from above 0, got %s", Arrays.toString(times)));
      }
    }
  }

  @Override
  public int count() {
    return times.length;
  }

  /** From the first level steps lead to time 0, from the last one to the end of the process. */
  @Override
  public Level at(int k) {
    double t = k < 0 ? 0 : k == times.length ? process.end() : times[k];
    return new Instant(
        process, k, t, () -> at(Math.max(k - 1, -1)), () -> at(Math.min(k + 1, times.length)));
  }

  @Override
  public double prior() {
    return process.prior(times[times.length - 1]);
  }
}
