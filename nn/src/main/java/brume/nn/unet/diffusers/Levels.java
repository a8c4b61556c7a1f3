package brume.nn.unet.diffusers;

import static brume.autograd.function.resample.AveragePool.averagePool;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;

import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Hourglass.Level;
import brume.nn.unet.Hourglass.Step;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the hourglasses of diffusers' U-Nets are made of, and how it is put together. */
interface Levels {

  /** Number of resolutions, finest first. */
  int count();

  /** Channels of a level. */
  int width(int level);

  /** Steps of a level on the way down; there is one more on the way up. */
  int blocks(int level);

  /** Step i of a level on the way down. */
  Step down(Parameters at, int level, int i, int cin, int cout);

  /** Step i of a level on the way up. */
  Step up(Parameters at, int level, int i, int cin, int cout);

  /** The way from a level to the next coarser one. */
  Step halving(Parameters at, int level);

  /** The way from a level to the next finer one. */
  Step doubling(Parameters at, int level);

  /** What is between the two ways. */
  Step middle(Parameters at);

  /** Puts the parts of a network together, under the names that diffusers gives them. */
  static Hourglass of(Parameters at, Levels parts) {
    int count = parts.count();
    List<Level> downs = new ArrayList<>(), ups = new ArrayList<>();
    for (int level = 0; level < count; level++) {
      downs.add(parts.wayDown(at.child("down_blocks." + level), level));
    }
    for (int level = count - 1; level >= 0; level--) {
      ups.add(parts.wayUp(at.child("up_blocks." + (count - 1 - level)), level));
    }
    Collections.reverse(ups);
    return new Hourglass(downs, parts.middle(at.child("mid_block")), ups);
  }

  private Level wayDown(Parameters at, int level) {
    int width = width(level), finer = width(Math.max(level - 1, 0));
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < blocks(level); i++) {
      steps.add(down(at, level, i, i == 0 ? finer : width, width));
    }
    boolean coarsest = level == count() - 1;
    return new Level(steps, coarsest ? Step.NOTHING : halving(at.child("downsamplers.0"), level));
  }

  private Level wayUp(Parameters at, int level) {
    int width = width(level);
    int finer = width(Math.max(level - 1, 0)), coarser = width(Math.min(level + 1, count() - 1));
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i <= blocks(level); i++) {
      int below = i == 0 ? coarser : width;
      int beside = i == blocks(level) ? finer : width;
      steps.add(up(at, level, i, below + beside, width));
    }
    return new Level(steps, level == 0 ? Step.NOTHING : doubling(at.child("upsamplers.0"), level));
  }

  /** A residual block that averages pixels in both of its branches. */
  static Step halvingBlock(Parameters at, ResnetConfig config, int width) {
    return new ResnetBlock(at, config, width, width, x -> averagePool(x, 2));
  }

  /** A residual block that repeats pixels in both of its branches. */
  static Step doublingBlock(Parameters at, ResnetConfig config, int width) {
    return new ResnetBlock(at, config, width, width, x -> upsampleNearest(x, 2));
  }

  /** A convolution of stride 2 with so many zeros before the pixels and one behind them. */
  static Step halvingConvolution(Parameters at, int width, int before) {
    Window window = new Window(2, 2, before, before, 1, 1, 1, 1, 1);
    Conv2d conv =
        new Conv2d(at.child("conv"), ResnetBlock.conv(width, width, 3).withWindow(window));
    return (x, told) -> conv.forward(x);
  }
}
