package brume.nn.text;

import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.pointwise.Pointwise.rsqrt;
import static brume.autograd.function.pointwise.Pointwise.square;
import static brume.autograd.function.reduce.Mean.mean;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import brume.tensor.kernel.ReductionGeometry.Axes;

/**
 * Divides by the root of the mean square and scales, without a mean or a shift: y = g·x/√(⟨x²⟩ + ε). The ε
 * is what {@link brume.nn.layer.RmsNorm} does not have.
 */
final class T5Norm {

  private final double eps;
  private final Variable weight; // (C)

  T5Norm(Parameters at, int channels, double eps) {
    this.eps = eps;
    this.weight = at.add("weight", Shape.of(channels), StoredLayout.SAME, Initializer.constant(1));
  }

  /** (..., C) to the same shape. */
  Variable forward(Variable x) {
    Variable power = mean(square(x), Axes.of(-1));
    Variable factor = rsqrt(affine(reshape(power, x.shape().with(-1, 1)), 1, eps));
    return multiply(multiply(x, factor), weight);
  }
}
