package brume.diffusion.sampler;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.function.Supplier;

/**
 * DPM-Solver++ and DPM-Solver as multistep methods: former estimates m_1, m_2 tell how the newest, m_0,
 * is about to change. One look a step, whatever the order.
 *
 * <pre>
 *   r_i = h_i/h,   D10 = (m_0 − m_1)/r_0,   D11 = (m_1 − m_2)/r_1
 *   order 1   x₋ = α₋·x_0 + σ₋·ε
 *   order 2        + f·φ2·D10            or f·φ1/2·D10, which is as exact
 *   order 3        + f·(φ2·D1 + c·φ3·D2)
 *             D1 = D10 + r_0/(r_0 + r_1)·(D10 − D11),   D2 = (D10 − D11)/(r_0 + r_1)
 * </pre>
 *
 * <p>f and φ are those of {@link Exponential}. D2 is half of a second derivative, so that c = 2 makes
 * the method one of order 3, and of {@link Exponential#NOISE} DEIS with polynomials in log(σ/α). The
 * code of the paper, and all that follow it, have c = 1, which leaves an error of order 2.
 *
 * <p>With noise, the step is that of the stochastic differential equation: φ of 2·h, and
 *
 * <pre>
 *   x₋ = (σ₋/σ)·e^{−h}·x + α₋·(φ1·m_0 + ...) + σ₋·√(1 − e^{−2h})·z
 * </pre>
 *
 * <p>A step from nothing or to data is infinitely long in λ, and of first order.
 *
 * @param order 1, 2 or 3
 * @param form what is a polynomial
 * @param correction of second order
 * @param thirdOrder what c is
 * @param noise whether steps add noise; only with {@link Exponential#DATA}
 * @param ending orders of the last steps
 * @see <a href="https://arxiv.org/abs/2211.01095">Lu et al., DPM-Solver++ (2022), algorithm 2</a>
 * @see <a href="https://arxiv.org/abs/2204.13902">Zhang and Chen, Fast Sampling of Diffusion Models with
 *     Exponential Integrator (2022)</a>
 */
public record DpmMultistep(
    int order,
    Exponential form,
    Correction correction,
    ThirdOrder thirdOrder,
    boolean noise,
    Ending ending)
    implements RememberingStep {

  /** How a step of second order integrates the change of the estimate. */
  public enum Correction {
    /** As if its middle stood for the whole step. */
    MIDPOINT {
      @Override
      double of(double g) {
        return Exponential.phi1(g) / 2;
      }
    },
    /** Exactly. */
    HEUN {
      @Override
      double of(double g) {
        return Exponential.phi2(g);
      }
    };

    abstract double of(double g);
  }

  /** The weight of the second derivative. */
  public enum ThirdOrder {
    /** As in the code of the paper: half of what it should be. */
    PUBLISHED(1),
    /** What integration gives. */
    EXACT(2);

    private final double c;

    ThirdOrder(double c) {
      this.c = c;
    }
  }

  /** Orders of the last steps, where a solver of high order may overshoot. */
  public enum Ending {
    /** Second order one before the last, first order in the last, if there are fewer than 15 steps. */
    LOWER {
      @Override
      int most(int k, int steps) {
        return steps < FEW && k < 2 ? k + 1 : Integer.MAX_VALUE;
      }
    },
    /** The same, and the last step is of first order always. */
    EULER {
      @Override
      int most(int k, int steps) {
        return k == 0 ? 1 : LOWER.most(k, steps);
      }
    },
    /** As all others. */
    FULL {
      @Override
      int most(int k, int steps) {
        return Integer.MAX_VALUE;
      }
    };

    private static final int FEW = 15; // of the code of the paper

    abstract int most(int k, int steps);
  }

  /** Refuses orders and forms that there are not. {@inheritDoc} */
  public DpmMultistep {
    if (order < 1 || order > 3) {
      throw new IllegalArgumentException("order: expected 1, 2 or 3, got " + order);
    }
    if (noise && form != Exponential.DATA) {
      throw new IllegalArgumentException(
          Text.of("noise: expected steps with data as the polynomial, got %s", form));
    }
  }

  @Override
  public boolean readsNoise() {
    return !noise;
  }

  @Override
  public Step begin(Tensor start, int steps) {
    return new Run(new History(start, order), steps);
  }

  /** A way with its former estimates. */
  private final class Run implements Step {
    private final History history;
    private final int steps;

    Run(History history, int steps) {
      this.history = history;
      this.steps = steps;
    }

    @Override
    public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
      Level level = now.level();
      Span span = Span.of(level);
      if (!form.isUsefulAt(level)) {
        return span.first(now);
      }
      history.add(form.model(now), span.lambda());
      double h = span.h();
      if (noise && !span.endsWithData()) {
        return add(
            corrected(stochastic(now, span), level, span, 2 * h),
            Mix.scaled(span.noiseTo() * Math.sqrt(Exponential.phi1(2 * h)), z.get()));
      }
      return corrected(span.first(now), level, span, form.g(h));
    }

    /** The first order, without its noise. */
    private Variable stochastic(Estimate now, Span span) {
      double h = span.h();
      double kept = span.noiseTo() / span.noise() * Math.exp(-h);
      return Mix.mix(kept, now.xt(), span.signalTo() * Exponential.phi1(2 * h), now.x0());
    }

    private Variable corrected(Variable first, Level level, Span span, double g) {
      double h = span.h();
      int most = Math.min(history.size(), ending.most(level.k(), steps));
      if (most < 2 || h == 0 || Double.isInfinite(h)) {
        return first;
      }
      double f = form.factor(span);
      double r0 = (history.place(0) - history.place(1)) / h;
      if (most == 2) {
        return Mix.plusDifference(
            first, f * correction.of(g) / r0, history.value(0), history.value(1));
      }
      double r1 = (history.place(1) - history.place(2)) / h;
      double second = thirdOrder.c * f * Exponential.phi3(g) / (r0 + r1);
      double change = f * Exponential.phi2(g);
      double d10 = change * (1 + r0 / (r0 + r1)) + second;
      double d11 = -change * r0 / (r0 + r1) - second;
      Variable near = Mix.plusDifference(first, d10 / r0, history.value(0), history.value(1));
      return Mix.plusDifference(near, d11 / r1, history.value(1), history.value(2));
    }
  }
}
