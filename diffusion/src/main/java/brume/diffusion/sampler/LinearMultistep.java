package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Mix;
import brume.tensor.Tensor;

/**
 * The polynomial in σ/α through the latest estimates of the noise, integrated exactly.
 *
 * <pre>
 *   x̄ = x/α,   x̄₋ = x̄ + Σ c_i·ε_i,   c_i = ∫ Π_{j≠i} (σ − σ_j)/(σ_i − σ_j) dσ
 * </pre>
 *
 * @param order how many estimates, from 1 to 4
 * @see <a href="https://github.com/crowsonkb/k-diffusion">k-diffusion, sample_lms</a>
 */
public record LinearMultistep(int order) implements RememberingStep {

  // Gauss's points and weights in [−1, 1], exact up to degree 5; the polynomials have 3.
  private static final double[] POINTS = {-Math.sqrt(0.6), 0, Math.sqrt(0.6)};
  private static final double[] WEIGHTS = {5 / 9.0, 8 / 9.0, 5 / 9.0};

  /** Refuses orders without a formula. {@inheritDoc} */
  public LinearMultistep {
    if (order < 1 || order > 4) {
      throw new IllegalArgumentException("order: expected 1 to 4, got " + order);
    }
  }

  @Override
  public Step begin(Tensor start, int steps) {
    History history = new History(start, order);
    return (now, model, z) -> next(now, history);
  }

  private static Variable next(Estimate now, History history) {
    Span span = Span.of(now.level());
    Variable next = span.first(now);
    if (span.startsFromNothing()) {
      return next; // σ/α is infinite there: nothing to remember
    }
    history.add(now.epsilon(), span.sigma());
    for (int i = 1; i < history.size(); i++) {
      double share = span.signalTo() * integral(history, i, span.sigma(), span.sigmaTo());
      next = Mix.plusDifference(next, share, history.value(i), history.value(0));
    }
    return next;
  }

  /** c_i of a step. */
  private static double integral(History history, int i, double from, double to) {
    double sum = 0;
    for (int p = 0; p < POINTS.length; p++) {
      double sigma = (from + to + POINTS[p] * (to - from)) / 2, product = 1;
      for (int j = 0; j < history.size(); j++) {
        product *= j == i ? 1 : (sigma - history.place(j)) / (history.place(i) - history.place(j));
      }
      sum += WEIGHTS[p] * product;
    }
    return sum * (to - from) / 2;
  }
}
