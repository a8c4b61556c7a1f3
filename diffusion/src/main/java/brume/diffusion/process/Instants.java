package brume.diffusion.process;

import brume.diffusion.settings.SettingException;
import brume.tensor.Text;

/** Levels at some times of a continuous process. */
@SuppressWarnings("ArrayRecordComponent") // a way is gone, never compared
record Instants(ContinuousProcess process, double[] times) implements Way {

  /** Refuses times that do not ascend from above 0. {@inheritDoc} */
  Instants {
    for (int k = 0; k < times.length; k++) {
      if (!(times[k] > (k == 0 ? 0 : times[k - 1]))) {
        throw new SettingException(
            "{spacing}: expected levels whose noise differs; take fewer {sampler.steps} or a wider range, got "
                + times[k]
                + " after "
                + (k == 0 ? 0 : times[k - 1]));
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
    if (k < -1 || k > times.length) {
      throw new IllegalArgumentException(
          Text.of("level: expected 0 to %d, got %d", times.length - 1, k));
    }
    double t = k < 0 ? 0 : k == times.length ? process.end() : times[k];
    return new Instant(
        process, k, t, () -> at(Math.max(k - 1, -1)), () -> at(Math.min(k + 1, times.length)));
  }

  @Override
  public double prior() {
    return process.prior(times[times.length - 1]);
  }
}
