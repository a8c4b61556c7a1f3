package brume.nn.unet.edm;

import static brume.autograd.function.attention.Attention.attention;
import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.shape.Permute.permute;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import brume.nn.unet.diffusers.ResnetBlock;
import brume.tensor.Shape;

/**
 * Attention over all pixels, and the residual: y = f·(x + attention(norm(x))). In files the filters of
 * query, key and value of one channel are neighbours.
 */
final class EdmAttention {

  private final int channels;
  private final int heads;
  private final double factor;
  private final GroupNorm norm;
  private final Variable weight; // (C·3, 1, 1, C)
  private final Variable bias; // (C·3)
  private final Conv2d toOut;

  /** Beside the layers of its block, whose place it shares. */
  EdmAttention(Parameters at, EdmBlockConfig config, int channels) {
    this.channels = channels;
    this.heads = config.headDim() == 0 ? 1 : channels / config.headDim();
    this.factor = config.factor();
    this.norm = EdmBlock.norm(at.child("norm2"), channels, config.eps());
    Parameters qkv = at.child("qkv");
    Initialization rule = config.rules().attention();
    this.weight = qkv.add(
        "weight",
        Shape.of(3 * channels, 1, 1, channels),
        StoredLayout.FILTERS,
        rule.weight(channels, 3 * channels));
    this.bias = qkv.add("bias", Shape.of(3 * channels), StoredLayout.SAME, rule.bias(channels));
    this.toOut = new Conv2d(
        at.child("proj"),
        ResnetBlock.conv(channels, channels, 1)
            .withInitialization(config.rules().last()));
  }

  /** (N, H, W, C) to the same shape. */
  Variable forward(Variable x) {
    Variable byChannel = reshape(weight, Shape.of(channels, 3, channels));
    Variable w = reshape(permute(byChannel, 1, 0, 2), Shape.of(3 * channels, channels));
    Variable b =
        reshape(permute(reshape(bias, Shape.of(channels, 3)), 1, 0), Shape.of(3 * channels));
    Variable qkv = linear(norm.forward(x), w, b);
    Variable y = toOut.forward(attention(qkv, heads, Math.sqrt((double) heads / channels)));
    Variable sum = add(y, x);
    return factor == 1 ? sum : scale(sum, factor);
  }
}
