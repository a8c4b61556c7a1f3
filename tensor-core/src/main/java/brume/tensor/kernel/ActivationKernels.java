package brume.tensor.kernel;

import brume.tensor.Tensor;

/** Functions of one number, applied to every element, and their gradients. */
public interface ActivationKernels {

  /**
   * The kernels of the device that holds {@code t}.
   *
   * @param t any tensor
   * @return its kernels
   */
  static ActivationKernels of(Tensor t) {
    return Backend.of(t).activation();
  }

  /**
   * Sigmoid linear unit: y = x·σ,  σ = 1/(1 + e⁻ˣ).
   *
   * @param x input
   * @param y result, may be x
   */
  void silu(Tensor x, Tensor y);

  /**
   * Gradient of {@link #silu}: dx = dy·σ·(1 + x·(1 − σ)).
   *
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void siluGrad(Tensor x, Tensor dy, Tensor dx);

  /**
   * Gaussian error linear unit, the exact form: y = x·Φ(x),  Φ(x) = (1 + erf(x/√2))/2.
   *
   * @param x input
   * @param y result, may be x
   */
  void gelu(Tensor x, Tensor y);

  /**
   * Gradient of {@link #gelu}: dx = dy·(Φ(x) + x·φ(x)),  φ(x) = e^(−x²/2)/√(2π).
   *
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void geluGrad(Tensor x, Tensor dy, Tensor dx);

  /**
   * Hyperbolic tangent: y = tanh x.
   *
   * @param x input
   * @param y result, may be x
   */
  void tanh(Tensor x, Tensor y);

  /**
   * Gradient of {@link #tanh}: dx = dy·(1 − tanh² x).
   *
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void tanhGrad(Tensor x, Tensor dy, Tensor dx);

  /**
   * Sine: y = sin x.
   *
   * @param x input
   * @param y result, may be x
   */
  void sin(Tensor x, Tensor y);

  /**
   * Gradient of {@link #sin}: dx = dy·cos x.
   *
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void sinGrad(Tensor x, Tensor dy, Tensor dx);

  /**
   * Cosine: y = cos x.
   *
   * @param x input
   * @param y result, may be x
   */
  void cos(Tensor x, Tensor y);

  /**
   * Gradient of {@link #cos}: dx = −dy·sin x.
   *
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void cosGrad(Tensor x, Tensor dy, Tensor dx);

  /**
   * Exponential: y = eˣ.
   *
   * @param x input
   * @param y result, may be x
   */
  void exp(Tensor x, Tensor y);

  /**
   * Gradient of {@link #exp}: dx = dy·eˣ.
   *
   * @param x input of the forward pass
   * @param dy gradient with respect to y
   * @param dx receives the gradient with respect to x, may be dy
   */
  void expGrad(Tensor x, Tensor dy, Tensor dx);
}
