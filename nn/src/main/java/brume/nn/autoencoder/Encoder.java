package brume.nn.autoencoder;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import brume.nn.unet.diffusers.ResnetBlock;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes pictures smaller: residual blocks and halvings, then the middle, then a convolution. */
final class Encoder {

  private static final Window BELOW_AND_BEHIND = new Window(2, 2, 0, 0, 1, 1, 1, 1, 1);

  private final Conv2d first;
  private final List<UnaryOperator<Variable>> steps = new ArrayList<>();
  private final Middle middle;
  private final GroupNorm lastNorm;
  private final Conv2d last;

  /** An encoder to so many channels. */
  Encoder(Parameters at, CoderConfig config, int out) {
    List<Integer> widths = config.widths();
    int finest = widths.get(0), coarsest = widths.get(widths.size() - 1);
    this.first = new Conv2d(at.child("conv_in"), ResnetBlock.conv(config.channels(), finest, 3));
    int before = finest;
    for (int level = 0; level < widths.size(); level++) {
      Parameters place = at.child("down_blocks." + level);
      int width = widths.get(level);
      for (int i = 0; i < config.blocks(); i++) {
        ResnetBlock block =
            new ResnetBlock(place.child("resnets." + i), Middle.blocks(config), before, width);
        steps.add(block::forward);
        before = width;
      }
      if (level < widths.size() - 1) {
        Conv2d halving = new Conv2d(
            place.child("downsamplers.0.conv"),
            ResnetBlock.conv(width, width, 3).withWindow(BELOW_AND_BEHIND));
        steps.add(halving::forward);
      }
    }
    this.middle = new Middle(at.child("mid_block"), config);
    this.lastNorm = new GroupNorm(at.child("conv_norm_out"), coarsest, config.groups(), Middle.EPS);
    this.last = new Conv2d(at.child("conv_out"), ResnetBlock.conv(coarsest, out, 3));
  }

  /** (N, H, W, C) to (N, H/factor, W/factor, out), where sides that are odd are rounded down. */
  Variable forward(Variable x) {
    return Tape.tidy(() -> {
      Variable h = first.forward(x);
      for (UnaryOperator<Variable> step : steps) {
        h = step.apply(h);
      }
      return last.forward(lastNorm.forwardSiLU(middle.forward(h)));
    });
  }
}
