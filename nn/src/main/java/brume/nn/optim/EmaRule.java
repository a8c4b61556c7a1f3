package brume.nn.optim;

import static brume.nn.ConfigException.unless;

/**
 * How fast an average follows the parameters at each of its calls. Closed: the rules of ema-pytorch,
 * ddpm-torch, EDM and EDM2, and a decay that never changes. That of diffusers is {@link #power}.
 */
public sealed interface EmaRule {

  /**
   * The way the average goes toward the parameters.
   *
   * @param call number of the call, 0 for the first
   * @return 0 to stay, 1 to copy, in between to go part of the way
   */
  double rate(long call);

  /**
   * Decays that grow like a power of the number of the call, as diffusers warms its averages up:
   * ema-pytorch's rule with an update at every call.
   *
   * @param beta β, largest decay
   * @param after calls that copy
   * @param invGamma γ, calls until the decay begins to grow
   * @param power how fast it grows
   * @param low smallest decay
   * @return the rule
   */
  static EmaPytorch power(double beta, long after, double invGamma, double power, double low) {
    return new EmaPytorch(EmaPytorch.Version.V0_7_9, beta, 1, after, invGamma, power, low);
  }

  /**
   * The rule of ema-pytorch, with k the number of the call:
   *
   * <pre>
   *   k not a multiple of {@code every}    stay
   *   k ≤ {@code after}                    copy
   *   otherwise                            average ← d·average + (1 − d)·parameter
   *   d = clamp(1 − (1 + n/γ)^−power, low, β),  n = k − after;  d = 0 for n = 0
   * </pre>
   *
   * @param version which of its versions
   * @param beta β, largest decay
   * @param every calls from one update to the next
   * @param after calls before averaging begins
   * @param invGamma γ, calls until the decay begins to grow
   * @param power how fast it grows
   * @param low smallest decay
   * @see <a href="https://github.com/lucidrains/ema-pytorch">ema-pytorch</a>
   */
  record EmaPytorch(
      Version version,
      double beta,
      long every,
      long after,
      double invGamma,
      double power,
      double low)
      implements EmaRule {

    /** What the first calls do. */
    public enum Version {
      /** The first update after the waiting time copies. */
      V0_2_3 {
        @Override
        boolean copies(EmaPytorch rule, long call) {
          return rule.updates(call) && call - rule.every <= rule.after;
        }
      },
      /** The very first call copies. */
      V0_7_9 {
        @Override
        boolean copies(EmaPytorch rule, long call) {
          return call == 0 || rule.updates(call) && call <= rule.after;
        }
      };

      abstract boolean copies(EmaPytorch rule, long call);
    }

    /** Refuses intervals below one, and decays that are none. {@inheritDoc} */
    public EmaPytorch {
      unless(
          every >= 1 && after >= 0,
          "ema: expected an interval of 1 or more and a waiting time of 0 or more, got %d and %d",
          every,
          after);
      unless(
          invGamma > 0 && power >= 0,
          "ema: expected an inverse gamma above 0 and a power of 0 or more, got %s and %s",
          invGamma,
          power);
      unless(
          low >= 0 && low <= beta && beta <= 1,
          "ema: expected decays in [0, 1], the smallest at most the largest, got %s and %s",
          low,
          beta);
    }

    /**
     * The rule as the trainers of denoising-diffusion-pytorch use it: every tenth call, averaging
     * after the hundredth.
     *
     * @param version which of its versions
     * @param beta β, largest decay, 0.995 there
     * @return the rule
     */
    public static EmaPytorch ofTrainer(Version version, double beta) {
      return new EmaPytorch(version, beta, 10, 100, 1, 2.0 / 3, 0);
    }

    @Override
    public double rate(long call) {
      if (version.copies(this, call)) {
        return 1;
      }
      return updates(call) ? 1 - decay(call) : 0;
    }

    /**
     * The share of the average that is kept.
     *
     * @param call number of the call, 0 for the first
     * @return d
     */
    public double decay(long call) {
      long n = Math.max(call - after, 0);
      double d = 1 - Math.pow(1 + n / invGamma, -power);
      return n == 0 ? 0 : Math.min(Math.max(d, low), beta);
    }

    private boolean updates(long call) {
      return call % every == 0;
    }
  }

  /**
   * The rule of ddpm-torch: average ← average + (1 − d)·(parameter − average) with
   * d = min(decay, (1 + k)/(10 + k)), k the number of the call.
   *
   * @param decay largest decay
   * @see <a href="https://github.com/tqch/ddpm-torch">ddpm-torch</a>
   */
  record DdpmTorch(double decay) implements EmaRule {

    /** Refuses what is no decay. {@inheritDoc} */
    public DdpmTorch {
      requireDecay(decay);
    }

    @Override
    public double rate(long call) {
      return 1 - Math.min(decay, (1.0 + call) / (10.0 + call));
    }
  }

  /**
   * The same decay at every call: average ← average + (1 − decay)·(parameter − average).
   *
   * @param decay share of the average that is kept
   */
  record Constant(double decay) implements EmaRule {

    /** Refuses what is no decay. {@inheritDoc} */
    public Constant {
      requireDecay(decay);
    }

    @Override
    public double rate(long call) {
      return 1 - decay;
    }
  }

  /**
   * The rule of EDM: what a sample contributes halves with every so many samples seen since, at first
   * with fewer. With k the number of the call:
   *
   * <pre>
   *   d = ½^(batch/h),  h = min(halfLife, rampUp·k·batch);  d = 0 for h = 0
   * </pre>
   *
   * @param halfLife samples until half of an average has been replaced
   * @param rampUp largest half-life as a share of the samples seen so far, 0.05 in EDM; 0 for no limit
   * @param batch samples of one call
   * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
   *     Diffusion-Based Generative Models (2022), appendix F.2</a>
   */
  record HalfLife(double halfLife, double rampUp, int batch) implements EmaRule {

    /** Refuses numbers out of range. {@inheritDoc} */
    public HalfLife {
      unless(
          halfLife >= 0 && rampUp >= 0 && batch >= 1,
          "ema: expected a half-life and a ramp-up of 0 or more and a batch of 1 or more, got %s, %s"
              + " and %d",
          halfLife,
          rampUp,
          batch);
    }

    @Override
    public double rate(long call) {
      double seen = (double) call * batch;
      double h = rampUp == 0 ? halfLife : Math.min(halfLife, rampUp * seen);
      return h == 0 ? 1 : 1 - Math.pow(0.5, batch / h);
    }
  }

  /**
   * The rule of EDM2, whose averages keep their shape however long the training: weights of former
   * parameters grow like a power of the number of their step. With k the number of the call, from 1:
   *
   * <pre>
   *   d = (1 − 1/k)^(γ + 1)
   * </pre>
   *
   * @param gamma γ, 16.97 and 6.94 for averages as wide as 0.05 and 0.1 of the training
   * @see <a href="https://arxiv.org/abs/2312.02696">Karras et al., Analyzing and Improving the Training
   *     Dynamics of Diffusion Models (2023), §3.1</a>
   */
  record PowerFunction(double gamma) implements EmaRule {

    /** Refuses powers that weigh nothing. {@inheritDoc} */
    public PowerFunction {
      unless(gamma > -1, "ema: expected a gamma above -1, got %s", gamma);
    }

    /**
     * The rule for an average of some width: γ of
     * width² = (γ + 1)/((γ + 2)²·(γ + 3)).
     *
     * @param width standard deviation of the steps that are averaged, as a share of all steps; in
     *     (0, 0.28], the widths of γ ≥ 0
     * @return the rule
     */
    public static PowerFunction ofWidth(double width) {
      unless(
          width > 0 && width <= Math.sqrt(1.0 / 12),
          "ema: expected a width above 0 and at most 0.288, got %s",
          width);
      double low = 0, high = 1 / width; // the width falls as γ grows, and is below 1/γ
      for (double middle = high / 2; low < middle && middle < high; middle = (low + high) / 2) {
        double square = (middle + 1) / ((middle + 2) * (middle + 2) * (middle + 3));
        if (square > width * width) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return new PowerFunction(high);
    }

    @Override
    public double rate(long call) {
      return 1 - Math.pow(call / (call + 1.0), gamma + 1);
    }
  }

  private static void requireDecay(double decay) {
    unless(decay >= 0 && decay <= 1, "ema: expected a decay in [0, 1], got %s", decay);
  }
}
