package brume.tensor.kernel;

import brume.tensor.Tensor;
import java.util.List;

/**
 * Functions of many numbers. Sums are accumulated in an order that does not depend on the number of
 * threads.
 */
public interface ReductionKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ReductionKernels of(Tensor t) {
    return Backend.of(t).reduction();
  }

  /**
   * One number of each row: y[r] = f(x[r, ...]).
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param at rows of x
   * @param x input
   * @param y one number per row
   */
  void reduce(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor y);

  /**
   * Gradient of {@link #reduce}: dx[r, i] = dy[r]·∂f/∂x[r, i].
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param at rows of x
   * @param x input of the forward pass; of its shape, but not read by {@link Reduction#SUM}
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x
   */
  void reduceGrad(Reduction f, double p, ReductionGeometry at, Tensor x, Tensor dy, Tensor dx);

  /**
   * A row of each row: y[r, ...] = f(x[r, ...]).
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param at rows of x and y
   * @param x input
   * @param y result
   */
  void mapRows(RowFunction f, double p, ReductionGeometry at, Tensor x, Tensor y);

  /**
   * Gradient of {@link #mapRows}.
   *
   * @param f the function
   * @param p its parameter, if it has one
   * @param at rows of x and y
   * @param saved input or output of the forward pass, whichever the function needs
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x
   */
  void mapRowsGrad(
      RowFunction f, double p, ReductionGeometry at, Tensor saved, Tensor dy, Tensor dx);

  /**
   * Sums over everything but the channels: y[c] = Σ x[r, c].
   *
   * @param x (..., C) input
   * @param y (C) receives the sums
   */
  void sumPerChannel(Tensor x, Tensor y);

  /**
   * Sum of squares, for the norm of a gradient.
   *
   * @param x input
   * @return Σ x², in double precision
   */
  double squaredNorm(Tensor x);

  /**
   * Sum of the squares of many tensors, for the norm of all gradients.
   *
   * @param xs inputs
   * @return Σ x², in double precision
   */
  default double squaredNorm(List<Tensor> xs) {
    double sum = 0;
    for (Tensor x : xs) {
      sum += squaredNorm(x);
    }
    return sum;
  }

  /**
   * Largest absolute value.
   *
   * @param x input
   * @return max |x|, 0 for an empty tensor
   */
  double maxAbs(Tensor x);
}
