package brume.nn.unet;

import static brume.autograd.function.AveragePool.averagePool;
import static brume.autograd.function.Concatenate.concatenate;
import static brume.autograd.function.SiLU.silu;
import static brume.autograd.function.UpsampleNearest.upsampleNearest;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.layer.Conv2d;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.SameConv2d;
import brume.nn.layer.TimeEncoding;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The denoising network of ddpm-torch, after the original of Ho et al. Unlike {@link UNet}, every
 * result on the way down comes back on the way up, halvings included, and time shifts but does not
 * scale.
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho et al., Denoising Diffusion Probabilistic Models
 *     (2020), appendix B</a>
 */
public final class DdpmUNet implements Layer {

  private static final TimeEncoding.Sinusoidal ENCODING = new TimeEncoding.Sinusoidal(10000);

  private final Parameters at;
  private final DdpmUNetConfig config;
  private final Linear timeInner;
  private final Linear timeOuter;
  private final Conv2d first;
  private final List<Level> downs = new ArrayList<>(); // finest first
  private final DdpmResBlock middle1;
  private final DdpmAttention middleAttention;
  private final DdpmResBlock middle2;
  private final List<Level> ups = new ArrayList<>(); // finest first
  private final GroupNorm lastNorm;
  private final Conv2d last;

  private record Level(List<DdpmStage> stages, UnaryOperator<Variable> resample) {}

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public DdpmUNet(Device device, RandomKey key, DdpmUNetConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int dim = config.dim(), timeDim = config.timeDim(), levels = config.levels();
    this.timeInner = new Linear(at.child("embed.0"), dim, timeDim, DdpmResBlock.GLOROT);
    this.timeOuter = new Linear(at.child("embed.2"), timeDim, timeDim, DdpmResBlock.GLOROT);
    this.first = new Conv2d(at.child("in_conv"), DdpmResBlock.conv(config.channels(), dim, 3));
    for (int level = 0; level < levels; level++) {
      downs.add(down(at.child("downsamples.level_" + level), level));
    }

    int coarsest = config.width(levels - 1);
    Parameters middle = at.child("middle");
    this.middle1 = new DdpmResBlock(middle.child("0"), config, coarsest, coarsest);
    this.middleAttention = new DdpmAttention(middle.child("1"), config, coarsest);
    this.middle2 = new DdpmResBlock(middle.child("2"), config, coarsest, coarsest);

    for (int level = 0; level < levels; level++) {
      ups.add(up(at.child("upsamples.level_" + level), level));
    }
    this.lastNorm = new GroupNorm(at.child("out_conv.0"), dim, config.groups(), DdpmResBlock.EPS);
    this.last = new Conv2d(
        at.child("out_conv.2"),
        DdpmResBlock.conv(dim, config.outChannels(), 3)
            .withInitialization(DdpmResBlock.NEARLY_ZERO));
  }

  private Level down(Parameters at, int level) {
    int width = config.width(level), finer = config.width(Math.max(level - 1, 0));
    List<DdpmStage> stages = new ArrayList<>();
    for (int i = 0; i < config.blocks(); i++) {
      stages.add(new DdpmStage(at.child("" + i), config, level, i == 0 ? finer : width, width));
    }
    if (level == config.levels() - 1) {
      return new Level(stages, UnaryOperator.identity());
    }
    if (!config.convolvedResampling()) {
      return new Level(stages, x -> averagePool(x, 2));
    }
    SameConv2d conv = new SameConv2d(
        at.child(config.blocks() + ".1"), DdpmResBlock.conv(width, width, 3).withStride(2, 0));
    return new Level(stages, conv::forward);
  }

  private Level up(Parameters at, int level) {
    int width = config.width(level);
    int finer = config.width(Math.max(level - 1, 0));
    int coarser = config.width(Math.min(level + 1, config.levels() - 1));
    List<DdpmStage> stages = new ArrayList<>();
    for (int i = 0; i <= config.blocks(); i++) {
      int below = i == 0 ? coarser : width;
      int beside = i == config.blocks() ? finer : width;
      stages.add(new DdpmStage(at.child("" + i), config, level, below + beside, width));
    }
    if (level == 0) {
      return new Level(stages, UnaryOperator.identity());
    }
    if (!config.convolvedResampling()) {
      return new Level(stages, x -> upsampleNearest(x, 2));
    }
    Conv2d conv =
        new Conv2d(at.child(config.blocks() + 1 + ".1"), DdpmResBlock.conv(width, width, 3));
    return new Level(stages, x -> conv.forward(upsampleNearest(x, 2)));
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public DdpmUNetConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param x (N, H, W, C)
   * @param times one per sample
   * @param pass training or not
   * @return (N, H, W, C of the result)
   * @throws ShapeException if x does not fit or a size cannot be halved at every level
   */
  public Variable forward(Variable x, double[] times, Pass pass) {
    requireFitting(x.shape(), times);
    return Tape.tidy(() -> run(x, times, pass));
  }

  private Variable run(Variable x, double[] times, Pass pass) {
    Tensor encoded = x.value().like(Shape.of(times.length, config.dim()));
    encoded.copyFrom(ENCODING.encode(times, config.dim()));
    Variable embedded = timeOuter.forward(silu(timeInner.forward(Variable.constant(encoded))));
    Variable t = silu(embedded); // where each block's projection begins

    Variable h = first.forward(x);
    Deque<Variable> skips = new ArrayDeque<>();
    skips.push(h);
    for (int i = 0; i < downs.size(); i++) {
      for (DdpmStage stage : downs.get(i).stages()) {
        h = stage.forward(h, t, pass);
        skips.push(h);
      }
      if (i < downs.size() - 1) {
        h = downs.get(i).resample().apply(h);
        skips.push(h);
      }
    }

    Variable deepest = h;
    h = Tape.tidy(
        () -> middle2.forward(middleAttention.forward(middle1.forward(deepest, t, pass)), t, pass));

    for (int i = ups.size() - 1; i >= 0; i--) {
      for (DdpmStage stage : ups.get(i).stages()) {
        Variable below = h, beside = skips.pop();
        h = Tape.tidy(() -> stage.forward(concatenate(below, beside), t, pass));
      }
      h = ups.get(i).resample().apply(h);
    }
    return last.forward(lastNorm.forwardSiLU(h));
  }

  private void requireFitting(Shape x, double[] times) {
    ShapeException.unless(
        x.rank() == 4 && x.dim(3) == config.channels(),
        "unet: expected x of shape (N, H, W, C) with C = %d, got %s",
        config.channels(),
        x);
    ShapeException.unless(
        times.length == x.dim(0),
        "unet: expected one time for each of the samples of x %s, got %d",
        x,
        times.length);
    int factor = config.downsampleFactor();
    ShapeException.unless(
        x.dim(1) % factor == 0 && x.dim(2) % factor == 0,
        "unet: expected height and width divisible by %d to be halved at every level, got x %s",
        factor,
        x);
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
