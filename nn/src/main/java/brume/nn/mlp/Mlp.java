package brume.nn.mlp;

import static brume.autograd.function.linear.Linear.linear;
import static brume.autograd.function.pointwise.Pointwise.cos;
import static brume.autograd.function.pointwise.Pointwise.sin;
import static brume.autograd.function.shape.Concatenate.concatenate;
import static brume.autograd.function.shape.Reshape.reshape;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Query;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Linear;
import brume.nn.layer.TimeAndClass;
import brume.nn.layer.TimeEncoding;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The denoising network of ddpm-torch for points of the plane: a multilayer perceptron of residual
 * blocks that are told the time. Unlike there, where one block is applied several times, every block
 * has its own parameters, and samples may be described by waves, without which a perceptron takes
 * long to learn anything narrow.
 *
 * @see <a href="https://arxiv.org/abs/2006.10739">Tancik et al., Fourier Features Let Networks Learn
 *     High Frequency Functions in Low Dimensional Domains (2020)</a>
 */
public final class Mlp implements Network {

  private static final TimeEncoding.Sinusoidal ENCODING =
      new TimeEncoding.Sinusoidal(10000); // θ of Vaswani et al. (2017)

  private final Parameters at;
  private final MlpConfig config;
  private final Optional<Variable> frequencies; // (F·features, features), half turns a unit
  private final TimeAndClass known;
  private final Linear first;
  private final List<MlpBlock> blocks = new ArrayList<>();
  private final GroupNorm lastNorm;
  private final Linear last;

  /**
   * Creates a network with fresh parameters, owned by the innermost scope.
   *
   * @param device where they live
   * @param key what they are drawn from
   * @param config all settings
   */
  public Mlp(Device device, RandomKey key, MlpConfig config) {
    this(device, key, config, 0);
  }

  /**
   * Creates a network that is told classes, too.
   *
   * @param device where its parameters live
   * @param key what they are drawn from
   * @param config all other settings
   * @param classes how many there are; 0 for none
   */
  public Mlp(Device device, RandomKey key, MlpConfig config, int classes) {
    this.at = Parameters.of(device, key);
    this.config = config;
    int width = config.widths().get(0);
    Linear time =
        new Linear(at.child("t_proj.0"), config.timeDim(), config.timeDim(), MlpBlock.GLOROT);
    this.known = TimeAndClass.added(
        at,
        query -> time.forward(ENCODING.encoded(query, device, config.timeDim())),
        config.timeDim(),
        classes);
    this.frequencies =
        config.frequencies() == 0 ? Optional.empty() : Optional.of(frequencies(device, config));
    int described = config.features() * (1 + 2 * config.frequencies());
    this.first = Linear.withoutBias(at.child("in_fc"), described, width, MlpBlock.GLOROT);
    for (int wider : config.widths()) {
      blocks.add(new MlpBlock(at.child("temp_fc." + blocks.size()), config, width, wider));
      width = wider;
    }
    this.lastNorm = MlpBlock.norm(at.child("out_norm"), config, width);
    this.last = new Linear(at.child("out_fc"), width, config.outFeatures(), MlpBlock.GLOROT);
  }

  /** Block k of rows asks for every feature 2ᵏ half turns a unit. */
  private static Variable frequencies(Device device, MlpConfig config) {
    int features = config.features(), rows = Shape.product(config.frequencies(), features);
    double[] matrix = new double[Shape.product(rows, features)];
    for (int row = 0; row < rows; row++) {
      matrix[row * features + row % features] = Math.scalb(Math.PI, row / features);
    }
    return Variable.constant(Tensor.of(device, Shape.of(rows, features), matrix));
  }

  /** (N) times to (N, time features). */
  private Variable described(Variable x) {
    if (frequencies.isEmpty()) {
      return x;
    }
    Variable angles = linear(x, frequencies.get());
    return concatenate(x, sin(angles), cos(angles));
  }

  /**
   * All settings.
   *
   * @return as given
   */
  public MlpConfig config() {
    return config;
  }

  /**
   * Applies the network.
   *
   * @param query of (N, ...) with as many numbers a sample as features
   * @return (N, features of the result) in the form of x: only the last extent may be another
   * @throws ShapeException if x does not fit
   */
  @Override
  public Variable predict(Query query) {
    Variable x = query.xt();
    int samples = x.shape().dim(0),
        results = Shape.product(x.shape().dim(-1), config.outFeatures());
    ShapeException.unless(
        x.shape().size() == (long) samples * config.features(),
        "mlp: expected x (N, ...) of %d features, got %s",
        config.features(),
        x.shape());
    ShapeException.unless(
        results % config.features() == 0,
        "mlp: expected an x whose channels tell how to arrange %d results, got %s",
        config.outFeatures(),
        x.shape());
    query.condition().requireNoFormer("mlp");
    return Tape.tidy(() -> {
      Variable answer = run(reshape(x, Shape.of(samples, config.features())), query);
      return reshape(answer, x.shape().with(-1, results / config.features()));
    });
  }

  private Variable run(Variable x, Query query) {
    Variable t = MlpBlock.activation(known.forward(query, "mlp"));
    Variable h = first.forward(described(x));
    for (MlpBlock block : blocks) {
      h = block.forward(h, t, query.pass());
    }
    return last.forward(lastNorm.forward(h));
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
