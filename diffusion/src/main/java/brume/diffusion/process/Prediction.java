package brume.diffusion.process;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the output of the network stands for. Each choice knows its training target and how to read
 * the data and the noise off an output.
 */
public enum Prediction {
  /** The noise ε. */
  EPSILON {
    @Override
    public Variable target(ForwardProcess q, Variable x0, int[] t, Variable epsilon) {
      return epsilon;
    }

    @Override
    public Variable x0(ForwardProcess q, Variable xt, int[] t, Variable output) {
      return q.x0FromEpsilon(xt, t, output);
    }

    @Override
    public Variable epsilon(ForwardProcess q, Variable xt, int[] t, Variable output) {
      return output;
    }

    @Override
    void requireDefined(ForwardProcess q, int t) {
      super.requireDefined(q, t);
      refuseUnless(
          q.signal(t) > 0,
          "something of the data to be left, as prediction epsilon is divided by it",
          "nothing",
          q,
          t,
          "predict v or x0, or choose a schedule without zero terminal SNR");
    }

    @Override
    public double weight(double snr, double gamma) {
      return Math.min(1, gamma / snr);
    }
  },
  /** The data x_0. */
  X0 {
    @Override
    public Variable target(ForwardProcess q, Variable x0, int[] t, Variable epsilon) {
      return x0;
    }

    @Override
    public Variable x0(ForwardProcess q, Variable xt, int[] t, Variable output) {
      return output;
    }

    @Override
    public double weight(double snr, double gamma) {
      return Math.min(snr, gamma);
    }
  },
  /** The velocity v = √ᾱ·ε − √(1 − ᾱ)·x_0. */
  V {
    @Override
    public Variable target(ForwardProcess q, Variable x0, int[] t, Variable epsilon) {
      return q.v(x0, t, epsilon);
    }

    @Override
    public Variable x0(ForwardProcess q, Variable xt, int[] t, Variable output) {
      return q.x0FromV(xt, t, output);
    }

    @Override
    public Variable epsilon(ForwardProcess q, Variable xt, int[] t, Variable output) {
      return q.epsilonFromV(xt, t, output);
    }

    @Override
    public double weight(double snr, double gamma) {
      return Math.min(snr, gamma) / (snr + 1);
    }
  },
  /** The mean of q(x_{t−1} | x_t, x_0), one step back. */
  MEAN {
    @Override
    public Variable target(ForwardProcess q, Variable x0, int[] t, Variable epsilon) {
      return q.posteriorMean(x0, q.sample(x0, t, epsilon), t);
    }

    @Override
    public Variable x0(ForwardProcess q, Variable xt, int[] t, Variable output) {
      return q.x0FromMean(output, xt, t);
    }

    @Override
    public Variable mean(ForwardProcess q, Variable x0, Variable xt, int[] t, Variable output) {
      return output;
    }

    @Override
    void requireDefined(ForwardProcess q, int t) {
      super.requireDefined(q, t);
      double share = q.posteriorOfX0(t);
      refuseUnless(
          share > 0 && Double.isFinite(1 / share),
          "a share of the data in the step back, as prediction mean is divided by it",
          "share " + share,
          q,
          t,
          "predict v or x0, or visit times that differ");
    }

    @Override
    public double weight(double snr, double gamma) {
      throw new UnsupportedOperationException(
          "loss weight: expected prediction epsilon, x0 or v, got mean, whose weights nobody has defined; use uniform weights");
    }
  },
  /** Both ε and x_0, and how much either counts at each place: {@link BothParts}. */
  BOTH {
    @Override
    public int outputs(int channels) {
      return Shape.product(2, channels) + BothParts.SHARES;
    }

    @Override
    public Variable target(ForwardProcess q, Variable x0, int[] t, Variable epsilon) {
      throw new UnsupportedOperationException(
          "prediction both: expected the weighted objective, as there is no single target");
    }

    @Override
    public Variable x0(ForwardProcess q, Variable xt, int[] t, Variable output) {
      BothParts parts = BothParts.of(output);
      return parts.mixed(q.x0FromEpsilon(xt, t, parts.noise()));
    }

    @Override
    void requireDefined(ForwardProcess q, int t) {
      super.requireDefined(q, t);
      refuseUnless(
          q.signal(t) > 0,
          "something of the data to be left, as prediction both is divided by it",
          "nothing",
          q,
          t,
          "predict v or x0, or choose a schedule without zero terminal SNR");
    }

    @Override
    public double weight(double snr, double gamma) {
      throw new UnsupportedOperationException(
          "loss weight: expected prediction epsilon, x0 or v, got both, which has a loss of its own");
    }
  };

  /**
   * Channels of an output without variances.
   *
   * @param channels C of the data
   * @return C unless there is more to tell
   */
  public int outputs(int channels) {
    return channels;
  }

  /**
   * What the output should be.
   *
   * @param q the process
   * @param x0 (N, ...) data
   * @param t (N) times
   * @param epsilon (N, ...) noise
   * @return (N, ...) target of training
   */
  public abstract Variable target(ForwardProcess q, Variable x0, int[] t, Variable epsilon);

  /**
   * The data according to an output.
   *
   * @param q the process
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param output (N, ...) of the network
   * @return (N, ...) estimate of x_0
   */
  public abstract Variable x0(ForwardProcess q, Variable xt, int[] t, Variable output);

  /**
   * The noise according to an output.
   *
   * @param q the process
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param output (N, ...) of the network
   * @return (N, ...) estimate of ε
   */
  public Variable epsilon(ForwardProcess q, Variable xt, int[] t, Variable output) {
    return q.epsilonFromX0(xt, t, x0(q, xt, t, output));
  }

  /**
   * The mean of one step back: that of the posterior with an estimate in place of the data.
   *
   * @param q the process
   * @param x0 (N, ...) estimate of the data, maybe clipped
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param output (N, ...) of the network, which {@link #MEAN} uses as it is
   * @return (N, ...) mean of p(x_{t−1} | x_t)
   */
  public Variable mean(ForwardProcess q, Variable x0, Variable xt, int[] t, Variable output) {
    return q.posteriorMean(x0, xt, t);
  }

  /** Refuses a time at which the way back is not defined. */
  void requireDefined(ForwardProcess q, int t) {
    refuseUnless(q.noise(t) > 0, "noise", "none", q, t, "choose a schedule with larger betas");
    refuseUnless(
        q.signal(t) > 0 || t == q.steps() - 1,
        "something of the data to be left before the last time",
        "nothing",
        q,
        t,
        "choose a schedule whose betas are less than 1");
  }

  private static void refuseUnless(
      boolean defined, String expected, String got, ForwardProcess q, int t, String instead) {
    if (!defined) {
      throw new IllegalArgumentException(Text.of(
          "process: expected %s, got %s at time %d of %d; %s",
          expected, got, t, q.steps(), instead));
    }
  }

  /**
   * Weight of a squared error that makes it an error of x_0 weighted with the signal-to-noise ratio,
   * limited to γ.
   *
   * @param snr signal-to-noise ratio of the sample's time
   * @param gamma γ, infinite for no limit
   * @return the weight of Hang et al. (2023), section 3.4
   */
  public abstract double weight(double snr, double gamma);

  /**
   * Finds a prediction.
   *
   * @param name as printed, in any case
   * @return its constant
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Prediction named(String name) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.toString().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Text.of(
            "prediction: expected one of %s, got %s",
            Arrays.stream(values()).map(Prediction::toString).collect(Collectors.joining(", ")),
            name)));
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
