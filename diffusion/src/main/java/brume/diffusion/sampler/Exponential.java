package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;

/**
 * What is taken to be a polynomial in λ between levels, so that the rest of a step can be integrated
 * exactly.
 *
 * <pre>
 *   data    x₋ = (σ₋/σ)·x + α₋·∫ e^{λ−λ₋}·x_0 dλ
 *   noise   x₋ = (α₋/α)·x − σ₋·∫ e^{λ₋−λ}·ε dλ
 * </pre>
 *
 * <p>With g = h for data and g = −h for noise, both have the same integrals of 1, u and u²/2,
 * u = (λ − λ_s)/h:
 *
 * <pre>
 *   φ1 = 1 − e^{−g},   φ2 = 1 − φ1/g,   φ3 = 1/2 − φ2/g
 * </pre>
 *
 * @see <a href="https://arxiv.org/abs/2211.01095">Lu et al., DPM-Solver++ (2022), eq. 8 and appendix A</a>
 */
public enum Exponential {
  /** The data, as in DPM-Solver++: fit for clipping and guidance. */
  DATA {
    @Override
    Variable model(Estimate now) {
      return now.x0();
    }

    @Override
    double g(double h) {
      return h;
    }

    @Override
    double factor(Span span) {
      return span.signalTo();
    }

    @Override
    double kept(Span span) {
      return span.noiseTo() / span.noise();
    }
  },
  /** The noise, as in DPM-Solver and DEIS. */
  NOISE {
    @Override
    Variable model(Estimate now) {
      return now.epsilon();
    }

    @Override
    double g(double h) {
      return -h;
    }

    @Override
    double factor(Span span) {
      return span.noiseTo();
    }

    @Override
    double kept(Span span) {
      return span.signalTo() / span.signal();
    }
  };

  /** (N, ..., C) the estimate that is a polynomial. */
  abstract Variable model(Estimate now);

  /** g of a step of length h. */
  abstract double g(double h);

  /** What the integrals are multiplied by: α₋ or σ₋. */
  abstract double factor(Span span);

  /** What x is multiplied by. */
  abstract double kept(Span span);

  /** Whether former estimates of a level help: ε says nothing where there is nothing else. */
  boolean isUsefulAt(Level level) {
    return this == DATA || !level.isNoise();
  }

  static double phi1(double g) {
    return -Math.expm1(-g);
  }

  static double phi2(double g) {
    return 1 - phi1(g) / g;
  }

  static double phi3(double g) {
    return 0.5 - phi2(g) / g;
  }
}
