package brume.nn.autoencoder;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import brume.nn.unet.diffusers.Doubling;
import brume.nn.unet.diffusers.ResnetBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes latents pictures: a convolution, the middle, then residual blocks and doublings. */
final class Decoder {

  private final Conv2d first;
  private final Middle middle;
  private final List<UnaryOperator<Variable>> steps = new ArrayList<>();
  private final GroupNorm lastNorm;
  private final Conv2d last;

  Decoder(Parameters at, CoderConfig config) {
    List<Integer> widths = config.widths();
    int levels = widths.size(), finest = widths.get(0), coarsest = widths.get(levels - 1);
    this.first =
        new Conv2d(at.child("conv_in"), ResnetBlock.conv(config.latentChannels(), coarsest, 3));
    this.middle = new Middle(at.child("mid_block"), config);
    int before = coarsest;
    for (int level = levels - 1; level >= 0; level--) {
      Parameters place = at.child("up_blocks." + (levels - 1 - level));
      int width = widths.get(level);
      for (int i = 0; i <= config.blocks(); i++) {
        ResnetBlock block =
            new ResnetBlock(place.child("resnets." + i), Middle.blocks(config), before, width);
        steps.add(block::forward);
        before = width;
      }
      if (level > 0) {
        Doubling doubling = new Doubling(place.child("upsamplers.0"), width);
        steps.add(doubling::forward);
      }
    }
    this.lastNorm = new GroupNorm(at.child("conv_norm_out"), finest, config.groups(), Middle.EPS);
    this.last = new Conv2d(at.child("conv_out"), ResnetBlock.conv(finest, config.outChannels(), 3));
  }

  /** (N, H, W, latent channels) to (N, factor·H, factor·W, C). */
  Variable forward(Variable z) {
    return Tape.tidy(() -> {
      Variable h = middle.forward(first.forward(z));
      for (UnaryOperator<Variable> step : steps) {
        h = step.apply(h);
      }
      return last.forward(lastNorm.forwardSiLU(h));
    });
  }
}
