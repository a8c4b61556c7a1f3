package brume.nn.karras;

import static brume.autograd.function.magnitude.MpAdd.mpAdd;
import static brume.autograd.function.magnitude.MpSilu.mpSilu;
import static brume.autograd.function.magnitude.PixelNorm.pixelNorm;
import static brume.autograd.function.pointwise.Affine.affine;
import static brume.autograd.function.pointwise.Multiply.multiply;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.tensor.Shape;

/**
 * What each position does by itself, residual included; time and class decide on a factor for each
 * channel inside, at first one:
 *
 * <pre>
 *   h = mpSilu(W·pixelNorm(x)·(1 + gain·V·e))
 *   y = mpAdd(W'·h, x)
 * </pre>
 */
final class MpFeedForward {

  private final MpConv inner;
  private final MpLinear toFactors;
  private final Gain gain;
  private final MpConv outer;
  private final double share;

  MpFeedForward(Parameters at, MpTransformerConfig config) {
    int dim = config.dim(), wide = config.wider() * dim;
    this.inner = new MpConv(at.child("net.1"), Space.IMAGE, dim, wide, 1);
    this.toFactors = new MpLinear(at.child("to_emb.0"), config.knownDim(), wide);
    this.gain = new Gain(at.child("to_emb.1"));
    this.outer = new MpConv(at.child("net.3"), Space.IMAGE, wide, dim, 1);
    this.share = config.residual();
  }

  /** (N, H, W, C) and (N, known channels) activated, to (N, H, W, C). */
  Variable forward(Variable x, Variable known) {
    Variable h = inner.forward(pixelNorm(x));
    Variable factors = affine(gain.forward(toFactors.forward(known)), 1, 1);
    Shape perSample = Shape.of(h.shape().dim(0), 1, 1, h.shape().dim(-1));
    return mpAdd(outer.forward(mpSilu(multiply(h, reshape(factors, perSample)))), x, share);
  }
}
