package brume.diffusion.objective;

import static brume.autograd.function.pointwise.Pointwise.abs;
import static brume.autograd.function.pointwise.Pointwise.square;

import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;

/** What a difference costs. */
@FunctionalInterface
public interface ErrorMeasure {

  /** Its square, as in Ho et al. (2020). */
  ErrorMeasure SQUARED = difference -> square(difference);

  /** Its absolute value (L1), which forgives outliers; see Saharia et al., Palette (2021), §4. */
  ErrorMeasure ABSOLUTE = difference -> abs(difference);

  /**
   * The cost of every element.
   *
   * @param difference of any shape
   * @return of the shape of {@code difference}
   */
  Variable of(Variable difference);

  /**
   * Half the square of small differences, linear in large ones.
   *
   * <pre>
   *   d²/2 for |d| &lt; δ, else δ·(|d| − δ/2)
   * </pre>
   *
   * @param delta δ, where the cost becomes linear
   * @return the measure; at δ = 1 also PyTorch's {@code smooth_l1_loss}
   * @see <a href="https://doi.org/10.1214/aoms/1177703732">Huber, Robust Estimation of a Location
   *     Parameter (1964)</a>
   */
  static ErrorMeasure huber(double delta) {
    if (!(delta > 0)) {
      throw new IllegalArgumentException("huber: expected a delta above 0, got " + delta);
    }
    return difference -> Pointwise.huber(difference, delta);
  }
}
