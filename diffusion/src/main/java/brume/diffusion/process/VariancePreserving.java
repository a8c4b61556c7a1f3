package brume.diffusion.process;

import brume.tensor.random.RandomKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * The process in continuous time: s² + n² = 1, and the network is told the logarithm of s²/n², or
 * the angle 2/π·atan(n/s), from 0 at the data to 1 at the noise.
 *
 * @param logSnr how it falls from t = 0 to t = 1
 * @param prediction epsilon, x0 or v
 * @param told what the network is told of the time
 * @param clipping of estimated data
 * @see <a href="https://arxiv.org/abs/2107.00630">Kingma et al., Variational Diffusion Models (2021)</a>
 */
public record VariancePreserving(LogSnr logSnr, Prediction prediction, Told told, Clipping clipping)
    implements ContinuousProcess {

  private static final int HALVINGS = 60; // of [0, 1]: to the last bit of a double

  /** What a network is told of the time. */
  public enum Told {
    /** log(s²/n²). */
    LOG_SNR,
    /** 2/π·atan(n/s). */
    ANGLE
  }

  /**
   * The process whose network is told the logarithm.
   *
   * @param logSnr how it falls from t = 0 to t = 1
   * @param prediction epsilon, x0 or v
   * @param clipping of estimated data
   */
  public VariancePreserving(LogSnr logSnr, Prediction prediction, Clipping clipping) {
    this(logSnr, prediction, Told.LOG_SNR, clipping);
  }

  /** Refuses predictions that need numbered times. {@inheritDoc} */
  public VariancePreserving {
    if (prediction == Prediction.MEAN || prediction == Prediction.BOTH) {
      throw new IllegalArgumentException(
          "process: expected prediction epsilon, x0 or v in continuous time, got " + prediction);
    }
  }

  @Override
  public double signal(double t) {
    return Math.sqrt(sigmoid(logSnr.at(t)));
  }

  @Override
  public double noise(double t) {
    return Math.sqrt(sigmoid(-logSnr.at(t)));
  }

  @Override
  public Reading reading(double t) {
    double s = signal(t), n = noise(t);
    double time = told == Told.LOG_SNR ? logSnr.at(t) : 2 / Math.PI * Math.atan2(n, s);
    return switch (prediction) {
      case EPSILON -> new Reading(1, time, 1 / s, -n / s);
      case X0 -> new Reading(1, time, 0, 1);
      case V -> new Reading(1, time, s, -n);
      case MEAN, BOTH -> throw new IllegalStateException(prediction + " was refused");
    };
  }

  @Override
  public Optional<Learned> learned(double[] times) {
    return logSnr.learned(times).map(learned -> new Learned(learned, prediction));
  }

  @Override
  public VariancePreserving withClipping(Clipping other) {
    return new VariancePreserving(logSnr, prediction, told, other);
  }

  @Override
  public double end() {
    return 1;
  }

  @Override
  public double[] times(int steps) {
    double[] times = new double[steps];
    Arrays.setAll(times, k -> (k + 1.0) / steps);
    return times;
  }

  @Override
  public double timeOf(double sigma) {
    double wanted = -2 * Math.log(sigma), low = 0, high = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (logSnr.at(middle) > wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  @Override
  public double draw(RandomKey key, long sample) {
    return 1 - key.uniform(sample); // in (0, 1]
  }

  @Override
  public double prior(double t) {
    return 1;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
