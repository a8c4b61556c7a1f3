package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Gated.gated;
import static brume.tensor.kernel.UnaryFunction.GELU;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Parameters;
import brume.nn.layer.Hiding;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import java.util.Optional;

/**
 * Positions attend to each other, then to tokens, then each goes through two layers with a gate:
 *
 * <pre>
 *   x ← x + attention(norm(x), norm(x))          or to the tokens, if positions do not see each other
 *   x ← x + attention(norm(x), tokens)
 *   y = x + W'·(h·gelu(g))                       (h, g) = W·norm(x)
 * </pre>
 */
final class TransformerBlock {

  private static final double EPS = 1e-5;
  private static final int WIDER = 4; // between the two layers

  private final boolean seesTokensOnly;
  private final LayerNorm norm1;
  private final TokenAttention attention1;
  private final LayerNorm norm2;
  private final TokenAttention attention2;
  private final LayerNorm norm3;
  private final Linear inner;
  private final Linear outer;

  TransformerBlock(
      Parameters at, int channels, int tokenChannels, int heads, boolean seesTokensOnly) {
    this.seesTokensOnly = seesTokensOnly;
    this.norm1 = new LayerNorm(at.child("norm1"), channels, EPS);
    this.attention1 = new TokenAttention(
        at.child("attn1"), channels, seesTokensOnly ? tokenChannels : channels, heads);
    this.norm2 = new LayerNorm(at.child("norm2"), channels, EPS);
    this.attention2 = new TokenAttention(at.child("attn2"), channels, tokenChannels, heads);
    this.norm3 = new LayerNorm(at.child("norm3"), channels, EPS);
    this.inner = new Linear(at.child("ff.net.0.proj"), channels, 2 * WIDER * channels);
    this.outer = new Linear(at.child("ff.net.2"), WIDER * channels, channels);
  }

  /** (N, L, C) of positions, which attend to the context, to the same shape. */
  Variable forward(Variable x, Context context) {
    Optional<Variable> hidden = Hiding.LOWERED.tokens(context, 0);
    return Tape.tidy(() -> {
      Variable seen = norm1.forward(x);
      Variable h = add(
          x,
          seesTokensOnly
              ? attention1.forward(seen, context.tokens(), hidden)
              : attention1.forward(seen, seen, Optional.empty()));
      h = add(h, attention2.forward(norm2.forward(h), context.tokens(), hidden));
      return add(h, outer.forward(gated(GELU, inner.forward(norm3.forward(h)))));
    });
  }
}
