package brume.diffusion.run;

import brume.autograd.Variable;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.Randomness;
import brume.nn.BesidePictures;
import brume.nn.Clock;
import brume.nn.Denoiser;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Parameters;
import brume.nn.Patches;
import brume.nn.Query;
import brume.nn.Recorder;
import brume.nn.init.Initialization;
import brume.nn.layer.Augmented;
import brume.nn.layer.Linear;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The network that a recipe describes, with what stands between it and the process. */
public final class Model implements Network {

  /** What parameters are called that are not asked where nothing was done to the data. */
  public static final String AUGMENTATION = "augmentation";

  private final Recipe recipe;
  private final Network network;
  private final boolean seesPictures;
  private final Recorder recorder;
  private final Denoiser clocked;
  private final Optional<Linear> hearing; // of what was done to pictures
  private final TrainedProcess process;
  private final List<NamedParameter> parameters;
  private final Encoders encoders;

  /**
   * Creates the network with fresh parameters, owned by the innermost scope, and nothing between it and
   * data.
   *
   * @param recipe describes it
   * @param device where its parameters live
   * @throws IllegalArgumentException if sizes do not fit together
   */
  public Model(Recipe recipe, Device device) {
    this(recipe, device, Encoders.none());
  }

  /**
   * Creates the network with fresh parameters, owned by the innermost scope.
   *
   * @param recipe describes it
   * @param device where its parameters live
   * @param encoders what stands between it and data
   * @throws IllegalArgumentException if sizes do not fit together
   */
  public Model(Recipe recipe, Device device, Encoders encoders) {
    this.recipe = recipe;
    RandomKey key = RandomKey.of(recipe.seed()).child("parameters");
    int patch = recipe.patch();
    Network inner = recipe.network().create(recipe.task().inPatches(patch), device, key);
    this.encoders = encoders.with(inner);
    Parameters more = Parameters.of(device, key.child(AUGMENTATION));
    this.hearing = hearing(recipe, inner, more);
    Network whole = patch == 1 ? inner : new Patches(inner, patch);
    int beside = recipe.condition().channels(recipe.sampled().dim(2));
    this.network = beside == 0 ? whole : new BesidePictures(whole, beside);
    this.seesPictures = beside > 0;
    this.recorder = new Recorder(network);
    this.clocked = new Clock(recorder, recipe.process().clock());
    Parameters own = Parameters.of(device, key.child("process"));
    this.process = recipe.process().create(Clipping.none(), own);
    this.parameters = own.all().isEmpty() && more.all().isEmpty()
        ? network.parameters()
        : Stream.of(network.parameters(), more.all(), own.all())
            .flatMap(List::stream)
            .toList();
  }

  /** At first it says nothing. */
  private static Optional<Linear> hearing(Recipe recipe, Network network, Parameters at) {
    int told = recipe.augmentation().told();
    if (told == 0) {
      return Optional.empty();
    }
    int channels = network
        .knownChannels()
        .orElseThrow(() -> new IllegalArgumentException(
            "network: expected one that can be told what was done to pictures, got another; choose"
                + " augmentation none"));
    return Optional.of(
        Linear.withoutBias(at.child(AUGMENTATION), told, channels, Initialization.glorot(0)));
  }

  /**
   * The network as it sees samples to which something was done.
   *
   * @param seeing this model, with what else it is told of the samples
   * @param done (N, K) numbers that tell what was done, one sample after the other; empty if the recipe has
   *     no augmentation
   * @return told of it
   */
  public Denoiser told(Denoiser seeing, double... done) {
    return told(seeing, () -> done);
  }

  /** The same of numbers that are others when recorded work is repeated. */
  Denoiser told(Denoiser seeing, Supplier<double[]> done) {
    return hearing
        .<Denoiser>map(layer -> {
          int numbers = recipe.augmentation().told();
          Shape shape = Shape.of(done.get().length / numbers, numbers);
          Device device = parameters.get(0).variable().value().device();
          return new Augmented(
              seeing, layer, Variable.constant(Tensor.renewed(device, shape, done)));
        })
        .orElse(seeing);
  }

  /**
   * The process that it learns to reverse, with what it has learned of it.
   *
   * @return without clipping
   */
  public TrainedProcess process() {
    return process;
  }

  /**
   * The way back as samplers take it, with what it has learned of it.
   *
   * @param sampling a recipe with the clipping that is wanted
   * @return with clipping
   */
  public TrainedProcess reverse(Recipe sampling) {
    return process.withClipping(sampling.clipping().create());
  }

  /**
   * What records the network on devices where starting work costs time.
   *
   * @return this model's own
   */
  public Recorder recorder() {
    return recorder;
  }

  @Override
  public Variable predict(Query query) {
    if (!seesPictures) {
      query.condition().requireNoPictures("model");
    }
    return clocked.predict(query);
  }

  @Override
  public Optional<Variable> features(Query query) {
    return clocked.features(query);
  }

  @Override
  public Denoiser innermost() {
    return network;
  }

  /**
   * How samples are drawn from it.
   *
   * @param sampling a recipe with the sampler that is wanted
   * @param seed of the samples
   * @param batch samples drawn at once
   * @return from noise to what data look like
   */
  public Drawing drawing(Recipe sampling, long seed, int batch) {
    return new Drawing(
            sampling.sampler().create(reverse(sampling)),
            recipe.sampled(),
            Randomness.of(seed),
            batch,
            finish())
        .recording(recorder);
  }

  /**
   * What happens to samples when they are drawn.
   *
   * @return from the form in which it sees data to data
   */
  public UnaryOperator<Tensor> finish() {
    return encoders
        .space()
        .<UnaryOperator<Tensor>>map(space -> space::pictures)
        .orElse(drawn -> drawn);
  }

  /**
   * Pictures in the form in which it sees data.
   *
   * @param pictures (N, H, W, C) in [−1, 1]
   * @param noise like what it sees, standard normal, which chooses where a picture may be seen in several ways
   * @return (N, h, w, c), owned by the innermost scope; the pictures themselves if it sees them as they are
   */
  public Tensor seen(Tensor pictures, Supplier<Tensor> noise) {
    return encoders.space().map(space -> space.chosen(pictures, noise.get())).orElse(pictures);
  }

  /**
   * What stands between it and data.
   *
   * @return as given
   */
  public Encoders encoders() {
    return encoders;
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
  }

  @Override
  public List<NamedParameter> parameters() {
    return parameters;
  }

  /**
   * How many numbers it learns.
   *
   * @return sum of the sizes of all parameters
   */
  public long size() {
    return parameters().stream().mapToLong(p -> p.variable().shape().size()).sum();
  }

  /**
   * What describes it.
   *
   * @return as given
   */
  public Recipe recipe() {
    return recipe;
  }
}
