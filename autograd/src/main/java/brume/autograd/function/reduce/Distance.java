package brume.autograd.function.reduce;

import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.Norm.norm;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Euclidean distances of all points of one set to all points of another.
 *
 * <pre>
 *   y[i, j] = ‖aᵢ − bⱼ‖
 *   daᵢ     = Σ dy[i, j]·(aᵢ − bⱼ)/y[i, j]         over j, 0 where the distance is
 *   dbⱼ     = Σ dy[i, j]·(bⱼ − aᵢ)/y[i, j]         over i, likewise
 * </pre>
 */
public final class Distance {

  private Distance() {}

  /**
   * Measures.
   *
   * @param a (M, D) points
   * @param b (K, D) points
   * @return (M, K)
   * @throws ShapeException if the points do not have the same number of coordinates
   */
  public static Variable distance(Variable a, Variable b) {
    Shape ofA = a.shape(), ofB = b.shape();
    ShapeException.unless(
        ofA.rank() == 2 && ofB.rank() == 2 && ofA.dim(1) == ofB.dim(1),
        "distance: expected a (M, D) and b (K, D) to share D, got a %s and b %s",
        ofA,
        ofB);
    Variable columns = reshape(a, Shape.of(ofA.dim(0), 1, ofA.dim(1)));
    return norm(subtract(columns, b), Axes.of(-1));
  }
}
