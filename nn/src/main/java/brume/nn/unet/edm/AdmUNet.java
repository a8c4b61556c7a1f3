package brume.nn.unet.edm;

import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Pointwise.silu;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Conv2d;
import brume.nn.layer.Domain;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.Fitting;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Told;
import brume.tensor.Device;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The network of guided diffusion, ADM, as EDM has it: time scales and shifts, and many levels attend
 * with heads of a given width.
 *
 * @see <a href="https://arxiv.org/abs/2105.05233">Dhariwal and Nichol, Diffusion Models Beat GANs on Image
 *     Synthesis (2021)</a>
 */
public final class AdmUNet implements Network {

  private static final double EPS = 1e-5;
  private static final TimeEncoding.Sinusoidal ENCODING =
      new TimeEncoding.Sinusoidal(10000, true, 0);
  private static final Initialization ZERO = Initialization.glorot(0);

  private final Parameters at;
  private final EdmConfig config;
  private final Linear inner;
  private final Linear outer;
  private final Optional<Linear> classes;
  private final Ways ways;
  private final GroupNorm lastNorm;
  private final Conv2d last;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param settings all settings
   */
  public AdmUNet(Device device, RandomKey key, AdmUNetConfig settings) {
    this.at = Parameters.of(device, key);
    this.config = settings.common();
    int timeDim = config.timeDim(), finest = config.width(0);
    this.inner = new Linear(at.child("map_layer0"), config.dim(), timeDim);
    this.outer = new Linear(at.child("map_layer1"), timeDim, timeDim);
    this.classes = config.classes() == 0
        ? Optional.empty()
        : Optional.of(
            Linear.withoutBias(at.child("map_label"), config.classes(), timeDim, new Normal()));
    EdmBlockConfig block = new EdmBlockConfig(
        timeDim,
        true,
        1,
        EPS,
        Filter.BOX,
        false,
        config.dropout(),
        settings.headDim(),
        new EdmBlockConfig.Rules(Initialization.kaiming(), ZERO, Initialization.kaiming()));
    this.ways = Ways.of(at, config, block, finest, Ways.AttentionUp.ALL);
    this.lastNorm = EdmBlock.norm(at.child("out_norm"), finest, EPS);
    this.last = EdmBlock.conv(at.child("out_conv"), finest, config.outChannels(), 3, ZERO);
  }

  /** Vectors of classes begin with numbers of variance one, as many as there are classes. */
  private static final class Normal implements Initialization {

    @Override
    public Initializer weight(int fanIn, int fanOut) {
      return Initializer.normal();
    }

    @Override
    public Initializer bias(int fanIn) {
      return Initializer.constant(0);
    }
  }

  /**
   * Applies the network.
   *
   * @param query of (N, H, W, C) pictures, and their classes if it knows some
   * @return (N, H, W, C of the result)
   * @throws ShapeException if x does not fit or a size cannot be halved at every level
   */
  @Override
  public Variable predict(Query query) {
    Labels.requireKnown(query.condition(), config.classes(), "adm");
    new Fitting(Domain.IMAGE, config.channels(), 1 << (config.levels() - 1))
        .require(query.xt().shape());
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    Told told = Told.of(silu(known(query)), query.pass());
    Variable h = new Hourglass(ways.downs(), ways.middle(), ways.ups())
        .forward(ways.first().forward(query.xt()), told);
    return last.forward(lastNorm.forwardSiLU(h));
  }

  private Variable known(Query query) {
    Variable encoded = ENCODING.encoded(query, at.device(), config.dim());
    Variable all = query.condition().addedTo(encoded, "adm");
    Variable t = outer.forward(silu(inner.forward(all)));
    return classes
        .map(layer -> add(t, layer.forward(Labels.rows(query, config.classes(), 1, at.device()))))
        .orElse(t);
  }

  /** Those of the encoded time, before the layers that embed it. */
  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(config.dim());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
