package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Mix;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.function.Supplier;

/**
 * DPM-Solver and DPM-Solver++ as single-step methods: groups of up to three levels, each of which is
 * reached from the first of its group. Within a group the order grows; the next group remembers nothing.
 *
 * <pre>
 *   from λ_s to λ, with m_1 at λ_1 and m_2 at λ_2 between:   r_i = (λ_i − λ_s)/h
 *   order 2   D1 = (m_1 − m_s)/r_1
 *   order 3   D11 = (m_1 − m_s)/r_1,  D12 = (m_2 − m_s)/r_2
 *             D1 = (r_2·D11 − r_1·D12)/(r_2 − r_1),   D2 = 2·(D12 − D11)/(r_2 − r_1)
 *   x₋ = first order + f·φ1/2·D1    or + f·φ2·D12         midpoint
 *                    + f·φ2·D1      or + f·(φ2·D1 + φ3·D2)    Heun
 * </pre>
 *
 * @param order largest order of a group, 1, 2 or 3
 * @param form what is a polynomial
 * @param correction how it is integrated
 * @param lowerAtEnd whether the last group ends with a step of first order
 * @see <a href="https://arxiv.org/abs/2206.00927">Lu et al., DPM-Solver (2022), algorithms 1 and 2</a>
 */
public record DpmSinglestep(int order, Exponential form, Correction correction, boolean lowerAtEnd)
    implements RememberingStep {

  /** Refuses orders that there are not. {@inheritDoc} */
  public DpmSinglestep {
    if (order < 1 || order > 3) {
      throw new IllegalArgumentException("order: expected 1, 2 or 3, got " + order);
    }
  }

  @Override
  public Step begin(Tensor start, int steps) {
    return new Run(start, steps);
  }

  /**
   * Order of the step from level k.
   *
   * @param k number of the level, 0 for the last step
   * @param steps of the whole way
   * @return from 1 to {@link #order}
   */
  int orderAt(int k, int steps) {
    int done = steps - 1 - k, plain = done % order + 1;
    if (!lowerAtEnd || steps % order != 0 || k >= order) {
      return plain;
    }
    // A whole last group would end with the highest order: 1 2 1 in place of 1 2 3, 1 1 for 1 2.
    return k == 0 ? 1 : plain;
  }

  /** The current group of a way. */
  private final class Run implements Step {
    private final History history;
    private final Tensor first; // (N, ..., C) samples at the first level of the group
    private final int steps;
    private Span from = new Span(1, 1, 1, 1);

    Run(Tensor start, int steps) {
      history = new History(start, order);
      first = start.like();
      this.steps = steps;
    }

    @Override
    public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
      Span span = Span.of(now.level());
      int most = orderAt(now.level().k(), steps);
      if (most == 1 || history.size() == 0 || span.endsWithData()) {
        history.clear();
        ElementwiseKernels.of(first).affine(1, now.xt().value(), 0, first);
        from = span;
        if (!span.startsFromNothing()) {
          history.add(form.model(now), span.lambda());
        }
        return span.first(now);
      }
      history.add(form.model(now), span.lambda());
      return step(new Span(from.signal(), from.noise(), span.signalTo(), span.noiseTo()));
    }

    private Variable step(Span span) {
      double h = span.h(), g = form.g(h), f = form.factor(span);
      int last = history.size() - 1;
      Variable start = history.value(last);
      Variable next =
          Mix.mix(form.kept(span), Variable.constant(first), f * Exponential.phi1(g), start);
      double r1 = (history.place(last - 1) - history.place(last)) / h;
      if (last == 1) {
        return Mix.plusDifference(next, f * correction.of(g) / r1, history.value(0), start);
      }
      double r2 = (history.place(0) - history.place(2)) / h;
      if (correction == Correction.MIDPOINT) {
        return Mix.plusDifference(next, f * Exponential.phi2(g) / r2, history.value(0), start);
      }
      double change = f * Exponential.phi2(g) / (r2 - r1);
      double second = 2 * f * Exponential.phi3(g) / (r2 - r1);
      Variable near =
          Mix.plusDifference(next, (change * r2 - second) / r1, history.value(1), start);
      return Mix.plusDifference(near, (second - change * r1) / r2, history.value(0), start);
    }
  }
}
