package brume.nn.layer;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Expand.expand;
import static brume.autograd.function.shape.Reshape.reshape;
import static brume.autograd.function.shape.Slice.slice;

import brume.autograd.Variable;
import brume.autograd.function.Unbiased;
import brume.autograd.function.attention.LinearSelfAttention;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.init.Initializer;
import brume.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets the positions of an image or a signal exchange information:
 *
 * <pre>
 *   q, k, v = W·rmsNorm(x)                    1×1 convolution without bias
 *   full      y = W'·attention(q, k, v) + b
 *   linear    y = rmsNorm(W'·linearAttention(q, k, v) + b)
 * </pre>
 *
 * <p>A memory, where there is one, stands before the keys and values of the positions.
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al., Attention Is All You Need
 *     (2017)</a>
 * @see <a href="https://arxiv.org/abs/1812.01243">Shen et al., Efficient Attention (2018)</a>
 */
public final class SelfAttention implements Layer {

  private final Parameters at;
  private final AttentionConfig config;
  private final double scale;
  private final Optional<RmsNorm> norm;
  private final Optional<Variable> memory; // (2, M, heads, D)
  private final Conv2d toQkv;
  private final Conv2d toOut;
  private final Optional<RmsNorm> outNorm;

  /**
   * Creates the layer with its normalization as a part named {@code norm}.
   *
   * @param at its place
   * @param domain image or signal
   * @param channels C
   * @param config kind and heads
   */
  public SelfAttention(Parameters at, Domain domain, int channels, AttentionConfig config) {
    this(
        at,
        at,
        Optional.of(new RmsNorm(at.child("norm"), domain, channels)),
        place -> new RmsNorm(place, domain, channels),
        domain,
        channels,
        config);
  }

  private SelfAttention(
      Parameters all,
      Parameters at,
      Optional<RmsNorm> norm,
      Function<Parameters, RmsNorm> outNorm,
      Domain domain,
      int channels,
      AttentionConfig config) {
    this.at = all;
    this.config = config;
    this.scale = 1 / Math.sqrt(config.headDim());
    this.memory = config.memory() == 0
        ? Optional.empty()
        : Optional.of(at.add(
            "mem_kv",
            Shape.of(2, config.memory(), config.heads(), config.headDim()),
            config.kind().memoryLayout(),
            Initializer.normal()));
    this.norm = norm;
    this.toQkv = new Conv2d(
        at.child("to_qkv"),
        ConvConfig.of(domain, channels, 3 * config.inner(), 1).withoutBias());
    boolean linear = config.kind() == AttentionKind.LINEAR;
    this.toOut = new Conv2d(
        at.child(linear ? "to_out.0" : "to_out"),
        ConvConfig.of(domain, config.inner(), channels, 1));
    this.outNorm = linear ? Optional.of(outNorm.apply(at.child("to_out.1"))) : Optional.empty();
  }

  /**
   * Creates the layer as a function inside a function with its normalization beside it: the names
   * are those of a residual around a pre-normalization, {@code fn.norm} and {@code fn.fn}.
   *
   * @param at its place
   * @param domain image or signal
   * @param channels C
   * @param config kind and heads
   * @return the layer
   */
  public static SelfAttention wrapped(
      Parameters at, Domain domain, int channels, AttentionConfig config) {
    return new SelfAttention(
        at,
        at.child("fn.fn"),
        Optional.of(new RmsNorm(at.child("fn.norm"), domain, channels)),
        place -> new RmsNorm(place, domain, channels),
        domain,
        channels,
        config);
  }

  /**
   * Creates the layer alone, for inputs that have been normalized.
   *
   * @param at its place
   * @param domain image or signal
   * @param channels C
   * @param config kind and heads
   * @return the layer
   */
  public static SelfAttention withoutNorm(
      Parameters at, Domain domain, int channels, AttentionConfig config) {
    return new SelfAttention(
        at,
        at,
        Optional.empty(),
        place -> new RmsNorm(place, domain, channels),
        domain,
        channels,
        config);
  }

  /**
   * Creates the layer for images with a part named {@code norm}, whose scales files keep as plain rows.
   *
   * @param at its place
   * @param channels C
   * @param config kind and heads
   * @return the layer
   */
  public static SelfAttention plain(Parameters at, int channels, AttentionConfig config) {
    return new SelfAttention(
        at,
        at,
        Optional.of(RmsNorm.plain(at.child("norm"), channels)),
        place -> RmsNorm.plain(place, channels),
        Domain.IMAGE,
        channels,
        config);
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, C), with H = 1 for signals
   * @return of the same shape, without the residual
   */
  public Variable forward(Variable x) {
    return forward(x, Optional.empty());
  }

  /**
   * Applies the layer and adds what went around it, x itself.
   *
   * @param x (N, H, W, C), with H = 1 for signals
   * @return of the same shape
   */
  public Variable forwardPlus(Variable x) {
    return forward(x, Optional.of(x));
  }

  private Variable forward(Variable x, Optional<Variable> residual) {
    Variable seen = norm.map(inner -> inner.forward(x)).orElse(x);
    Variable y = outNorm
        .map(outer -> outer.forward(unbiased(seen), residual))
        .orElseGet(() -> attended(seen, residual));
    norm.ifPresent(inner -> seen.spare());
    return y;
  }

  private Variable attended(Variable x, Optional<Variable> residual) {
    Variable qkv = toQkv.forward(x);
    Variable y = memory
        .map(keysAndValues -> attendWith(keysAndValues, qkv))
        .orElseGet(() -> attention(qkv, config.heads(), scale));
    return residual.map(around -> toOut.forwardPlus(y, around)).orElseGet(() -> toOut.forward(y));
  }

  /** Linear attention, whose last bias is left to the normalization that follows. */
  private Unbiased unbiased(Variable x) {
    if (memory.isPresent()) {
      return toOut.unbiased(attendWith(memory.get(), toQkv.forward(x)));
    }
    return LinearSelfAttention.unbiased(
        x, toQkv.matrix(), toOut.matrix(), toOut.bias(), config.heads(), scale);
  }

  private Variable attendWith(Variable keysAndValues, Variable qkv) {
    Shape at = qkv.shape();
    int n = at.dim(0), inner = config.inner();
    Variable rows = reshape(qkv, Shape.of(n, at.dim(1) * at.dim(2), 3 * inner));
    Variable q = slice(rows, 2, 0, inner);
    Variable k = concatenate(1, remembered(keysAndValues, 0, n), slice(rows, 2, inner, 2 * inner));
    Variable v =
        concatenate(1, remembered(keysAndValues, 1, n), slice(rows, 2, 2 * inner, 3 * inner));
    Variable y = config.kind().attend(q, k, v, config.heads(), scale);
    return reshape(y, at.with(-1, inner));
  }

  /** The memory's keys (0) or values (1), once per sample: (N, M, heads·D). */
  private Variable remembered(Variable keysAndValues, int which, int n) {
    Variable part = slice(keysAndValues, 0, which, which + 1);
    return expand(reshape(part, Shape.of(config.memory(), config.inner())), n);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
