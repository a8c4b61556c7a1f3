package brume.nn.unet.blog;

import static brume.autograd.function.pointwise.Add.add;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeTokenAttention;

/**
 * Where {@link ConditionalUNet} is told the time. The residual is the normalized input, not the input:
 *
 * <pre>
 *   z = norm(x)
 *   y = attention(z, W·silu(t) + w) + z
 * </pre>
 */
final class ConditionalAttention {

  private static final double EPS = 1e-5; // as group normalization has it in PyTorch

  private final GroupNorm norm;
  private final Linear time;
  private final TimeTokenAttention attention;

  /** Parameters named {@code prefix + "norm"}, {@code mlp} and {@code prefix + "attn"}. */
  ConditionalAttention(
      Parameters at,
      String prefix,
      String mlp,
      ConditionalUNetConfig config,
      int channels,
      AttentionKind kind) {
    this.norm = new GroupNorm(at.child(prefix + "norm"), channels, 1, EPS);
    this.time = new Linear(at.child(mlp + ".1"), config.timeDim(), channels);
    this.attention = new TimeTokenAttention(
        at.child(prefix + "attn.fn"),
        channels,
        config.attention(kind),
        config.attentionBias() && kind == AttentionKind.LINEAR);
  }

  /** (N, H, W, C) and (N, time channels), already activated, to the shape of x. */
  Variable forward(Variable x, Variable activatedTime) {
    Variable normalized = norm.forward(x);
    return add(attention.forward(normalized, time.forward(activatedTime)), normalized);
  }
}
