package brume.tensor.kernel;

import brume.tensor.Tensor;

/** Losses and their gradients. */
public interface LossKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static LossKernels of(Tensor t) {
    return Backend.of(t).loss();
  }

  /**
   * Weighted mean squared error, averaged over samples:
   *
   * <pre>
   *   loss = ⟨w[n]·⟨(x − target)²⟩⟩       inner mean over one sample, outer over samples
   * </pre>
   *
   * @param x (N, ...) prediction
   * @param target (N, ...) what it should be
   * @param w (N) weights
   * @param loss one element, receives the loss
   */
  void meanSquaredError(Tensor x, Tensor target, Tensor w, Tensor loss);

  /**
   * Gradient of {@link #meanSquaredError}: dx = dloss·w[n]·2·(x − target)/size of x.
   *
   * @param x (N, ...) prediction
   * @param target (N, ...) what it should be
   * @param w (N) weights
   * @param dloss one element, gradient with respect to the loss
   * @param dx (N, ...) receives the gradient with respect to x; that of the target is its negative
   */
  void meanSquaredErrorGrad(Tensor x, Tensor target, Tensor w, Tensor dloss, Tensor dx);
}
