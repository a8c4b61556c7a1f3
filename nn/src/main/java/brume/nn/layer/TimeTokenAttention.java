package brume.nn.layer;

import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.tensor.Shape;
import java.util.List;

/**
 * Attention of all positions to each other and to one more, which the time makes:
 *
 * <pre>
 *   q, k, v = W·x                             1×1 convolution
 *   m       = V·t                             both a key and a value
 *   y       = W'·attention(q, [k | m], [v | m]) + b
 * </pre>
 *
 * <p>Full attention scales the products by 1/√D; linear attention does not scale.
 */
public final class TimeTokenAttention implements Layer {

  private final Parameters at;
  private final AttentionConfig config;
  private final double scale;
  private final Conv2d toQkv;
  private final Linear toKeyAndValue;
  private final Conv2d toOut;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param channels C of x and of the time
   * @param config kind and heads, without memory
   * @param biased whether queries, keys and values have biases
   */
  public TimeTokenAttention(Parameters at, int channels, AttentionConfig config, boolean biased) {
    this.at = at;
    this.config = config;
    this.scale = config.kind() == AttentionKind.FULL ? 1 / Math.sqrt(config.headDim()) : 1;
    int inner = config.inner();
    ConvConfig qkv = ConvConfig.of(Domain.IMAGE, channels, 3 * inner, 1);
    this.toQkv = new Conv2d(at.child("C_qkv"), biased ? qkv : qkv.withoutBias());
    this.toKeyAndValue = biased
        ? new Linear(at.child("W_vh"), channels, inner)
        : Linear.withoutBias(at.child("W_vh"), channels, inner);
    this.toOut = new Conv2d(at.child("C_hy"), ConvConfig.of(Domain.IMAGE, inner, channels, 1));
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, C)
   * @param time (N, C) what each sample's positions see besides each other
   * @return of the shape of x, without the residual
   */
  public Variable forward(Variable x, Variable time) {
    Shape image = x.shape();
    int n = image.dim(0), inner = config.inner();
    Variable qkv = reshape(toQkv.forward(x), Shape.of(n, image.dim(1) * image.dim(2), 3 * inner));
    Variable told = reshape(toKeyAndValue.forward(time), Shape.of(n, 1, inner));
    Variable q = slice(qkv, 2, 0, inner);
    Variable k = concatenate(1, slice(qkv, 2, inner, 2 * inner), told);
    Variable v = concatenate(1, slice(qkv, 2, 2 * inner, 3 * inner), told);
    Variable y = config.kind().attend(q, k, v, config.heads(), scale);
    return toOut.forward(reshape(y, image.with(-1, inner)));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
