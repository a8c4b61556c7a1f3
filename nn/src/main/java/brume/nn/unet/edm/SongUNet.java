package brume.nn.unet.edm;

import static brume.autograd.function.magnitude.MpFourier.mpFourier;
import static brume.autograd.function.pointwise.Add.add;
import static brume.autograd.function.pointwise.Affine.scale;
import static brume.autograd.function.pointwise.Pointwise.silu;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.StoredLayout;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Domain;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeEncoding;
import brume.nn.unet.Fitting;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Told;
import brume.nn.unet.edm.SongUNetConfig.Waves;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The networks of Song et al. as EDM has them: DDPM++ and NCSN++ are settings of it, and so are their
 * mixtures.
 *
 * @see <a href="https://arxiv.org/abs/2011.13456">Song et al., Score-Based Generative Modeling through
 *     Stochastic Differential Equations (2020), appendix H</a>
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., Elucidating the Design Space of
 *     Diffusion-Based Generative Models (2022), table 7</a>
 */
public final class SongUNet implements Network {

  private static final double EPS = 1e-6;
  private static final double FOURIER_SPREAD = 16; // of the frequencies
  private static final TimeEncoding.Sinusoidal ENCODING = new TimeEncoding.Sinusoidal(10000);
  private static final Initialization GLOROT = Initialization.glorot(1);
  private static final Initialization NEARLY_ZERO = Initialization.glorot(1e-10);

  private final Parameters at;
  private final SongUNetConfig settings;
  private final EdmConfig config;
  private final Function<Query, Variable> waves; // to (N, channels of the encoded time)
  private final Optional<Linear> classes;
  private final Linear inner;
  private final Linear outer;
  private final Ways ways;
  private final PicturesBeside beside;
  private final Answers answers;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param settings all settings
   */
  public SongUNet(Device device, RandomKey key, SongUNetConfig settings) {
    this.at = Parameters.of(device, key);
    this.settings = settings;
    this.config = settings.common();
    int encoded = settings.wavesDim(), timeDim = config.timeDim();
    this.waves = settings.waves() == Waves.FOURIER
        ? fourier(at.child("map_noise"), encoded)
        : query -> ENCODING.encoded(query, device, encoded);
    this.classes = config.classes() == 0
        ? Optional.empty()
        : Optional.of(new Linear(at.child("map_label"), config.classes(), encoded, GLOROT));
    this.inner = new Linear(at.child("map_layer0"), encoded, timeDim, GLOROT);
    this.outer = new Linear(at.child("map_layer1"), timeDim, timeDim, GLOROT);
    EdmBlockConfig block = new EdmBlockConfig(
        timeDim,
        false,
        Math.sqrt(0.5),
        EPS,
        settings.filter(),
        true,
        config.dropout(),
        0,
        new EdmBlockConfig.Rules(GLOROT, NEARLY_ZERO, Initialization.glorot(0.2)));
    this.ways = Ways.of(at, config, block, config.dim(), Ways.AttentionUp.LAST);
    this.beside = new PicturesBeside(at, settings, GLOROT);
    this.answers = new Answers(at, settings, EPS, NEARLY_ZERO);
  }

  private static Function<Query, Variable> fourier(Parameters at, int encoded) {
    Initializer wide = (key, count) -> {
      float[] drawn = Initializer.normal().draw(key, count);
      for (int i = 0; i < count; i++) {
        drawn[i] *= (float) FOURIER_SPREAD;
      }
      return drawn;
    };
    Variable frequencies = at.addFrozen("freqs", Shape.of(encoded / 2), StoredLayout.SAME, wide);
    Device device = at.device();
    return query -> {
      Variable t = query
          .learnedTimes()
          .orElseGet(() -> query.ofTimes(device, Shape.of(query.times().length), times -> times));
      return scale(mpFourier(t, frequencies), Math.sqrt(0.5)); // waves of amplitude one
    };
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
    Labels.requireKnown(query.condition(), config.classes(), "song");
    new Fitting(Domain.IMAGE, config.channels(), 1 << (config.levels() - 1))
        .require(query.xt().shape());
    return Tape.tidy(() -> run(query));
  }

  private Variable run(Query query) {
    Told told = Told.of(known(query), query.pass());
    Answers.Sum answer = answers.begin();
    Hourglass hourglass = new Hourglass(
        beside.around(ways.downs(), query.xt()), ways.middle(), answer.around(ways.ups()));
    return answer.whole(hourglass.forward(ways.first().forward(query.xt()), told));
  }

  private Variable known(Query query) {
    Variable t = waves.apply(query.withTimesScaled(settings.timeScale()));
    int many = config.classes();
    Variable both = classes
        .map(layer -> add(t, layer.forward(Labels.rows(query, many, Math.sqrt(many), at.device()))))
        .orElse(t);
    Variable all = query.condition().addedTo(both, "song");
    return silu(outer.forward(silu(inner.forward(all))));
  }

  /** Those of the encoded time and class, before the layers that embed both. */
  @Override
  public OptionalInt knownChannels() {
    return OptionalInt.of(settings.wavesDim());
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
