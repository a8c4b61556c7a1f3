package brume.nn.autoencoder;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.unet.diffusers.PixelAttention;
import brume.nn.unet.diffusers.ResnetBlock;
import brume.nn.unet.diffusers.ResnetConfig;
import java.util.Optional;

/** Two residual blocks at the coarsest level, and attention between them if asked for. */
final class Middle {

  static final double EPS = 1e-6; // of all normalizations of autoencoders

  private final Optional<PixelAttention> attention;
  private final ResnetBlock before;
  private final ResnetBlock after;

  Middle(Parameters at, CoderConfig config) {
    int width = config.widths().get(config.widths().size() - 1);
    this.attention = config.middleAttention()
        ? Optional.of(
            new PixelAttention(at.child("attentions.0"), width, 0, config.groups(), EPS, 1))
        : Optional.empty();
    this.before = new ResnetBlock(at.child("resnets.0"), blocks(config), width, width);
    this.after = new ResnetBlock(at.child("resnets.1"), blocks(config), width, width);
  }

  static ResnetConfig blocks(CoderConfig config) {
    return ResnetConfig.withoutTime(config.groups(), EPS);
  }

  /** (N, H, W, C) to the same shape. */
  Variable forward(Variable x) {
    Variable h = before.forward(x);
    return after.forward(attention.map(layer -> layer.forward(h)).orElse(h));
  }
}
