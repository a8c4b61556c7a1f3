package brume.nn.unet.diffusers;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.tensor.Shape;
import java.util.Optional;

/** Attention over all pixels, and the residual: y = (x + attention(norm(x)))/divisor. */
public final class PixelAttention {

  private final Optional<GroupNorm> norm;
  private final Linear toQ;
  private final Linear toK;
  private final Linear toV;
  private final Linear toOut;
  private final int heads;
  private final int inner; // channels of all heads
  private final double divisor;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param channels C
   * @param headDim channels of each head; 0 for one head of all
   * @param groups of its normalization; 0 for none
   * @param eps of its normalization
   * @param divisor of the sum at the end, 1 as a rule
   */
  public PixelAttention(
      Parameters at, int channels, int headDim, int groups, double eps, double divisor) {
    int each = headDim == 0 ? channels : headDim;
    this.heads = channels / each;
    this.inner = heads * each;
    this.divisor = divisor;
    this.norm = groups == 0
        ? Optional.empty()
        : Optional.of(new GroupNorm(at.child("group_norm"), channels, groups, eps));
    this.toQ = new Linear(at.child("to_q"), channels, inner);
    this.toK = new Linear(at.child("to_k"), channels, inner);
    this.toV = new Linear(at.child("to_v"), channels, inner);
    this.toOut = new Linear(at.child("to_out.0"), inner, channels);
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, C)
   * @return of the same shape
   */
  public Variable forward(Variable x) {
    Shape shape = x.shape();
    Variable h = norm.map(layer -> layer.forward(x)).orElse(x);
    Variable rows = reshape(h, Shape.of(shape.dim(0), shape.dim(1) * shape.dim(2), shape.dim(3)));
    Variable y = toOut.forward(attention(
        toQ.forward(rows),
        toK.forward(rows),
        toV.forward(rows),
        heads,
        1 / Math.sqrt((double) inner / heads)));
    Variable sum = add(reshape(y, shape), x);
    return divisor == 1 ? sum : scale(sum, 1 / divisor);
  }
}
