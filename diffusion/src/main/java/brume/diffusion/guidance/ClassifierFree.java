package brume.diffusion.guidance;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Divide.divide;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Subtract.subtract;
import static brume.autograd.function.reduce.StandardDeviation.standardDeviation;
import static brume.autograd.function.reduce.Sum.sum;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * What comes of two outputs of a network, one that knows the class and one that does not.
 *
 * <pre>
 *   u = c − n                                              c with the class, n without
 *   u = u − (1 − k)·⟨u, c⟩/⟨c, c⟩·c                        k of the part along c is kept
 *   g = c + (s − 1)·u                                      s the scale
 *   y = φ·g·std(c)/std(g) + (1 − φ)·g                      as spread as c, over all values of a sample
 * </pre>
 *
 * @param scale s: 1 for the class alone, 0 for none, more to exaggerate what is typical of it
 * @param rescale φ, share of the output whose spread is brought back, in [0, 1]
 * @param keepParallel k, in [0, 1]; 1 as published first
 * @see <a href="https://arxiv.org/abs/2207.12598">Ho and Salimans, Classifier-Free Diffusion Guidance
 *     (2022), eq. 6</a>
 * @see <a href="https://arxiv.org/abs/2305.08891">Lin et al., Common Diffusion Noise Schedules and
 *     Sample Steps Are Flawed (2023), section 3.4: φ</a>
 * @see <a href="https://arxiv.org/abs/2410.02416">Sadat et al., Eliminating Oversaturation and
 *     Artifacts of High Guidance Scales (2024), section 4: k</a>
 */
public record ClassifierFree(double scale, double rescale, double keepParallel) {

  private static final Axes EACH = Axes.of(1).keep(); // sample of rows (N, values) to (N, 1)

  /**
   * Guides.
   *
   * @param known (N, ..., C) output that knows the class
   * @param unknown (N, ..., C) output that does not
   * @return (N, ..., C); {@code known} itself for scale 1
   * @throws ShapeException if the shapes differ
   */
  public Variable guided(Variable known, Variable unknown) {
    Shape shape = known.shape();
    ShapeException.unless(
        shape.equals(unknown.shape()),
        "guidance: expected two outputs of one shape, got %s and %s",
        shape,
        unknown.shape());
    if (scale == 1) {
      return known;
    }
    int samples = shape.dim(0);
    Shape rows = Shape.of(samples, shape.size() / samples);
    Variable c = reshape(known, rows), u = subtract(c, reshape(unknown, rows));
    if (keepParallel != 1) {
      Variable along = divide(sum(multiply(u, c), EACH), sum(multiply(c, c), EACH));
      u = subtract(u, multiply(c, affine(along, 1 - keepParallel, 0)));
    }
    Variable g = add(c, affine(u, scale - 1, 0));
    if (rescale != 0) {
      Variable spread = divide(standardDeviation(c, EACH, 1), standardDeviation(g, EACH, 1));
      g = add(affine(multiply(g, spread), rescale, 0), affine(g, 1 - rescale, 0));
    }
    return reshape(g, shape);
  }
}
