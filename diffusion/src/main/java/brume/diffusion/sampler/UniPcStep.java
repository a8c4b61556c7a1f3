package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.Level;
import brume.diffusion.process.Mix;
import brume.tensor.Tensor;
import brume.tensor.kernel.ElementwiseKernels;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A predictor, and a corrector that costs no look of its own: what is asked for the next step at the
 * predicted state is what corrects that state.
 *
 * <pre>
 *   x₋ = first order + f·B·Σ a_i·(m_i − m_0)/r_i,   r_i = (λ_i − λ_0)/h
 *   the a solve   Σ r_i^(j−1)·a_i = j!·φ_(j+1)/B   for j = 1, 2, ...; one alone is 1/2
 *   corrector: the same with the new estimate among the m, r = 1
 * </pre>
 *
 * <p>f and φ are those of {@link Exponential}, of g. B, which the paper leaves open, is g or φ1(g). The order of
 * the corrector is one more than that of the predictor it follows. A step to data or from nothing is
 * of first order.
 *
 * @param order of the predictor, 1, 2 or 3
 * @param form what is a polynomial
 * @param scale what B is
 * @param uncorrected numbers of the steps, from 0, whose results are not corrected
 * @param lowerAtEnd whether orders fall in the last steps: to 1 in the last
 * @see <a href="https://arxiv.org/abs/2302.04867">Zhao et al., UniPC (2023), algorithms 1 and 2</a>
 */
public record UniPcStep(
    int order, Exponential form, Scale scale, List<Integer> uncorrected, boolean lowerAtEnd)
    implements RememberingStep {

  /** B, which equations are divided by. */
  public enum Scale {
    /** g, as B_1 of the paper. */
    BH1 {
      @Override
      double of(double g) {
        return g;
      }
    },
    /** φ1(g), as B_2 of the paper. */
    BH2 {
      @Override
      double of(double g) {
        return Exponential.phi1(g);
      }
    };

    abstract double of(double g);
  }

  /** Refuses orders that there are not. {@inheritDoc} */
  public UniPcStep {
    uncorrected = List.copyOf(uncorrected);
    if (order < 1 || order > 3) {
      throw new IllegalArgumentException("order: expected 1, 2 or 3, got " + order);
    }
  }

  @Override
  public boolean readsNoise() {
    return form == Exponential.NOISE;
  }

  @Override
  public Step begin(Tensor start, int steps) {
    return new Run(start);
  }

  /** A way with its former estimates. */
  private final class Run implements Step {
    private final History history;
    private final Tensor x; // (N, ..., C) corrected samples at the newest level of the history
    private int done;
    private int reached; // order of the last prediction, 0 if there is none to correct
    private Span last = new Span(1, 1, 1, 1);

    Run(Tensor start) {
      history = new History(start, order);
      x = start.like();
    }

    @Override
    public Variable next(Estimate now, Denoised model, Supplier<Variable> z) {
      Level level = now.level();
      Span span = Span.of(level);
      if (!form.isUsefulAt(level)) {
        done++;
        return span.first(now);
      }
      Variable estimate = form.model(now);
      boolean corrects = reached > 0 && !uncorrected.contains(done - 1);
      Variable from = corrects ? corrected(estimate) : now.xt();
      history.add(estimate, span.lambda());
      ElementwiseKernels.of(x).affine(1, from.value(), 0, x);
      int most = Math.min(order, lowerAtEnd ? level.k() + 1 : order);
      boolean isFirst = span.startsFromNothing() || span.endsWithData();
      int known = isFirst ? 1 : Math.min(most, usable());
      last = span;
      reached = isFirst ? 0 : known;
      done++;
      if (span.endsWithData()) {
        return now.x0();
      }
      double g = form.g(span.h());
      double[] r = distances(known, span.h());
      return moved(span, g, r, known == 2 ? new double[] {0.5} : weights(r, g, known - 1));
    }

    /** How many of the newest estimates lie at a finite λ. */
    private int usable() {
      int count = 0;
      while (count < history.size() && Double.isFinite(history.place(count))) {
        count++;
      }
      return Math.max(1, count);
    }

    /** r of the former estimates, without m_0. */
    private double[] distances(int known, double h) {
      double[] r = new double[known - 1];
      for (int i = 0; i < r.length; i++) {
        r[i] = (history.place(i + 1) - history.place(0)) / h;
      }
      return r;
    }

    private Variable corrected(Variable estimate) {
      double g = form.g(last.h());
      double[] former = distances(reached, last.h());
      double[] r = Arrays.copyOf(former, reached);
      r[reached - 1] = 1;
      double[] a = reached == 1 ? new double[] {0.5} : weights(r, g, reached);
      Variable moved = moved(last, g, former, a);
      double share = form.factor(last) * scale.of(g) * a[reached - 1];
      return Mix.plusDifference(moved, share, estimate, history.value(0));
    }

    /** From the newest level of the history, with as many of the weights as there are distances. */
    private Variable moved(Span span, double g, double[] r, double[] a) {
      double f = form.factor(span);
      Variable next =
          Mix.mix(form.kept(span), Variable.constant(x), f * Exponential.phi1(g), history.value(0));
      for (int i = 0; i < r.length; i++) {
        next = Mix.plusDifference(
            next, f * scale.of(g) * a[i] / r[i], history.value(i + 1), history.value(0));
      }
      return next;
    }

    /** The solution of the first equations. */
    private double[] weights(double[] r, double g, int count) {
      double[][] rows = new double[count][count + 1];
      double phi = Exponential.phi2(g), factorial = 1;
      for (int j = 0; j < count; j++) {
        for (int i = 0; i < count; i++) {
          rows[j][i] = Math.pow(r[i], j);
        }
        rows[j][count] = phi * factorial / scale.of(g);
        factorial *= j + 2;
        phi = 1 / factorial - phi / g;
      }
      return solved(rows);
    }
  }

  /** Elimination with the largest pivot; the last column is the right side. */
  private static double[] solved(double[][] rows) {
    int n = rows.length;
    for (int i = 0; i < n; i++) {
      int best = i;
      for (int j = i + 1; j < n; j++) {
        best = Math.abs(rows[j][i]) > Math.abs(rows[best][i]) ? j : best;
      }
      double[] swap = rows[i];
      rows[i] = rows[best];
      rows[best] = swap;
      for (int j = 0; j < n; j++) {
        double factor = j == i ? 0 : rows[j][i] / rows[i][i];
        for (int c = i; c <= n; c++) {
          rows[j][c] -= factor * rows[i][c];
        }
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      solution[i] = rows[i][n] / rows[i][i];
    }
    return solution;
  }
}
