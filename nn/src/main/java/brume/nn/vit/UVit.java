package brume.nn.vit;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.autograd.function.pointwise.Pointwise;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.layer.AttentionConfig;
import brume.nn.layer.AttentionKind;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.ConvTranspose2d;
import brume.nn.layer.Domain;
import brume.nn.layer.RmsNorm;
import brume.nn.layer.SelfAttention;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEmbedding;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.Fitting;
import brume.nn.unet.ResBlock;
import brume.nn.unet.ResBlockConfig;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * The U-Net of simple diffusion: residual blocks and linear attention on the two ways, a transformer
 * between them. Every level makes pictures smaller, the last one too, so that the transformer sees few
 * positions.
 *
 * @see <a href="https://arxiv.org/abs/2301.11093">Hoogeboom, Heek and Salimans, simple diffusion: End-to-end
 *     diffusion for high resolution images (2023)</a>
 */
public final class UVit implements Network {

  private static final TimeEmbedding.Layers TIME =
      new TimeEmbedding.Layers("1", "3", Initialization.kaiming(), Pointwise::gelu);
  private static final AttentionConfig LINEAR = AttentionConfig.of(AttentionKind.LINEAR, 4, 32);

  private final Parameters at;
  private final UVitConfig config;
  private final Conv2d initial;
  private final Optional<ConvTranspose2d> toPixels;
  private final TimeAndClass known;
  private final List<Level> downs = new ArrayList<>();
  private final List<VitLayer> middle = new ArrayList<>();
  private final List<Level> ups = new ArrayList<>();
  private final ResBlock last;
  private final Conv2d head;

  /** A resolution on one of the ways. */
  private record Level(
      ResBlock block1, ResBlock block2, SelfAttention attention, UnaryOperator<Variable> resample) {

    Variable attend(Variable x, Pass pass) {
      return pass.part(
          attention,
          List.of(x),
          inputs -> Tape.tidy(() -> add(attention.forward(inputs.get(0)), inputs.get(0))));
    }
  }

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public UVit(Device device, RandomKey key, UVitConfig config) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int patch = config.patch(), first = config.initialDim();
    int seen = patch * patch * config.outChannels(); // behind the last layer
    this.initial = new Conv2d(
        at.child("init_conv"),
        patch == 1
            ? ConvConfig.of(Domain.IMAGE, config.channels(), first, 7)
            : ConvConfig.of(Domain.IMAGE, config.channels(), first, patch).withStride(patch, 0));
    this.toPixels = patch == 1
        ? Optional.empty()
        : Optional.of(
            new ConvTranspose2d(at.child("unpatchify"), seen, config.outChannels(), patch));
    TimeEmbedding time = new TimeEmbedding(
        at.child("time_mlp"),
        new TimeEncoding.Fourier(config.waves(), true),
        config.waves(),
        config.timeDim(),
        TIME);
    this.known = TimeAndClass.added(
        at,
        query -> time.forward(query.withTimesScaled(config.timeScale())),
        config.timeDim(),
        config.classes());
    addLevels();
    this.last = new ResBlock(at.child("final_res_block"), blocks(), 2 * first, first);
    this.head = new Conv2d(at.child("final_conv"), ConvConfig.of(Domain.IMAGE, first, seen, 1));
  }

  private void addLevels() {
    List<Integer> widths = config.widths();
    int levels = widths.size() - 1, coarsest = widths.get(levels);
    for (int i = 0; i < levels; i++) {
      Parameters down = at.child("downs." + i);
      int width = widths.get(i), factor = config.factors().get(i);
      Conv2d conv = new Conv2d(
          down.child("3.1"),
          ConvConfig.of(Domain.IMAGE, factor * factor * width, widths.get(i + 1), 1));
      downs.add(new Level(
          new ResBlock(down.child("0"), blocks(), width, width),
          new ResBlock(down.child("1"), blocks(), width, width),
          SelfAttention.plain(down.child("2"), width, LINEAR),
          x -> conv.forward(pixelUnshuffle(x, factor))));
    }
    for (int i = 0; i < config.depth(); i++) {
      middle.add(new VitLayer(at.child("vit.layers." + i), config, coarsest));
    }
    for (int i = levels - 1; i >= 0; i--) {
      Parameters up = at.child("ups." + (levels - 1 - i));
      int width = widths.get(i);
      ups.add(new Level(
          new ResBlock(up.child("1"), blocks(), 2 * width, width),
          new ResBlock(up.child("2"), blocks(), 2 * width, width),
          SelfAttention.plain(up.child("3"), width, LINEAR),
          new Enlarging(
              up.child("0"), widths.get(i + 1), width, config.factors().get(i))::forward));
    }
  }

  private ResBlockConfig blocks() {
    return new ResBlockConfig(
        (place, all, channels) -> RmsNorm.plain(place, channels),
        Domain.IMAGE,
        config.timeDim(),
        1,
        0);
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public UVitConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C) pictures, and their classes if it knows some
   * @return (N, H, W, channels of the answer)
   * @throws ShapeException if x does not fit or a side is no multiple of patch and factors
   */
  @Override
  public Variable predict(Query query) {
    new Fitting(Domain.IMAGE, config.channels(), config.divisor())
        .require(query.xt().shape());
    query.condition().requireNoFormer("uvit");
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    Pass pass = query.pass();
    Variable t = silu(known.forward(query, "uvit")); // where each block's projection begins
    Variable first = initial.forward(query.xt());
    Deque<Variable> skips = new ArrayDeque<>();
    Variable h = first;
    for (Level level : downs) {
      h = level.block1().forward(h, t, pass);
      skips.push(h);
      h = level.attend(level.block2().forward(h, t, pass), pass);
      skips.push(h);
      h = level.resample().apply(h);
    }
    h = transformed(h, t, pass);
    for (Level level : ups) {
      h = beside(level.resample().apply(h), skips.pop(), level.block1(), t, pass);
      h = level.attend(beside(h, skips.pop(), level.block2(), t, pass), pass);
    }
    Variable y = head.forward(last.forward(concatenate(h, first), t, pass));
    return toPixels.map(layer -> layer.forward(y)).orElse(y);
  }

  private Variable transformed(Variable x, Variable t, Pass pass) {
    Shape shape = x.shape();
    Variable h = reshape(x, Shape.of(shape.dim(0), shape.dim(1) * shape.dim(2), shape.dim(3)));
    for (VitLayer layer : middle) {
      h = layer.forward(h, t, pass);
    }
    return reshape(h, shape);
  }

  private static Variable beside(Variable h, Variable skip, ResBlock block, Variable t, Pass pass) {
    return Tape.tidy(() -> block.forward(concatenate(h, skip), t, pass));
  }

  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(known.channels());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
