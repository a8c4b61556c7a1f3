package brume.nn.optim;

/**
 * How fast an average follows the parameters at each of its calls. Closed: the rules of ema-pytorch
 * and of ddpm-torch.
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

    /** Refuses intervals below one. {@inheritDoc} */
    public EmaPytorch {
      if (every < 1 || after < 0) {
        throw new IllegalArgumentException(
            "ema: expected an interval of 1 or more and a waiting time of 0 or more, got %d and %d"
                .formatted(every, after));
      }
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

    @Override
    public double rate(long call) {
      return 1 - Math.min(decay, (1.0 + call) / (10.0 + call));
    }
  }
}
