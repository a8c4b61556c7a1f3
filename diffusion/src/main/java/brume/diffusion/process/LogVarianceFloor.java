package brume.diffusion.process;

/** How the logarithm of the posterior's variance is kept finite at the first step, where it is 0. */
public enum LogVarianceFloor {
  /** The variance counts as at least 10⁻²⁰, as in the code of Ho et al. (2020). */
  TINY {
    @Override
    double logOf(ForwardProcess q, int t) {
      return Math.log(Math.max(q.posteriorVariance(t), 1e-20));
    }
  },
  /** The first step takes the variance of the second. */
  SECOND_STEP {
    @Override
    double logOf(ForwardProcess q, int t) {
      return Math.log(q.posteriorVariance(Math.min(Math.max(t, 1), q.steps() - 1)));
    }
  };

  abstract double logOf(ForwardProcess q, int t);
}
