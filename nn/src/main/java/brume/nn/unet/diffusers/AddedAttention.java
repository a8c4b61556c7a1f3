package brume.nn.unet.diffusers;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Context;
import brume.nn.Parameters;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Heads;
import brume.nn.layer.Hiding;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import brume.tensor.Shape;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Attention of pixels to tokens and to each other at once, and the residual: keys and values of the
 * tokens stand before those of the pixels, or alone.
 */
final class AddedAttention {

  private static final double EPS = 1e-5;
  private static final int TOKEN_GROUPS = 32;

  private final UnaryOperator<Variable> tokenNorm;
  private final GroupNorm norm;
  private final Linear toQ;
  private final Optional<Linear> toK; // of pixels
  private final Optional<Linear> toV;
  private final Linear addedK; // of tokens
  private final Linear addedV;
  private final Linear toOut;
  private final int heads;

  AddedAttention(
      Parameters at,
      UNet2DConditionConfig config,
      UNet2DConditionConfig.Level level,
      boolean seesTokensOnly) {
    int width = level.width(), tokens = level.tokenChannels();
    this.heads = width / level.heads();
    int inner = heads * level.heads();
    this.tokenNorm = tokenNorm(at.child("norm_cross"), config.tokenNorm(), width, tokens);
    this.norm = new GroupNorm(at.child("group_norm"), width, config.groups(), EPS);
    this.toQ = new Linear(at.child("to_q"), width, inner);
    this.toK = pixels(at.child("to_k"), width, inner, seesTokensOnly);
    this.toV = pixels(at.child("to_v"), width, inner, seesTokensOnly);
    this.addedK = new Linear(at.child("add_k_proj"), tokens, inner);
    this.addedV = new Linear(at.child("add_v_proj"), tokens, inner);
    this.toOut = new Linear(at.child("to_out.0"), inner, width);
  }

  private static Optional<Linear> pixels(
      Parameters at, int width, int inner, boolean seesTokensOnly) {
    return seesTokensOnly ? Optional.empty() : Optional.of(new Linear(at, width, inner));
  }

  /** A layer norm is made for as many channels as pixels have, as in diffusers. */
  private static UnaryOperator<Variable> tokenNorm(
      Parameters at, UNet2DConditionConfig.TokenNorm norm, int width, int tokens) {
    return switch (norm) {
      case NONE -> UnaryOperator.identity();
      case GROUP -> new GroupNorm(at, tokens, TOKEN_GROUPS, EPS)::forward;
      case LAYER -> new LayerNorm(at, width, EPS)::forward;
    };
  }

  /** (N, H, W, C) to the same shape. */
  Variable forward(Variable x, Context context) {
    Shape shape = x.shape();
    int pixels = shape.dim(1) * shape.dim(2);
    Optional<Variable> hidden = Hiding.LOWERED.tokens(context, toK.isPresent() ? pixels : 0);
    return Tape.tidy(() -> {
      Variable tokens = tokenNorm.apply(context.tokens());
      Variable rows = reshape(norm.forward(x), Shape.of(shape.dim(0), pixels, shape.dim(3)));
      Variable k = addedK.forward(tokens), v = addedV.forward(tokens);
      Variable y = Heads.attend(
          toQ.forward(rows),
          toK.map(layer -> concatenate(1, k, layer.forward(rows))).orElse(k),
          toV.map(layer -> concatenate(1, v, layer.forward(rows))).orElse(v),
          heads,
          hidden);
      return add(reshape(toOut.forward(y), shape), x);
    });
  }
}
