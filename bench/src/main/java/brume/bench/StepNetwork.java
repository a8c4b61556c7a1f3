package brume.bench;

import static brume.autograd.function.loss.MeanSquaredError.meanSquaredError;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.diffusion.objective.Batch;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.StepRecorder;
import brume.diffusion.run.TrainingStep;
import brume.diffusion.run.Update;
import brume.nn.Condition;
import brume.nn.Context;
import brume.nn.Denoiser;
import brume.nn.NamedParameter;
import brume.nn.Network;
import brume.nn.Pass;
import brume.nn.Query;
import brume.nn.Recorder;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.unet.BlockVersion;
import brume.nn.unet.lucid.UNet;
import brume.nn.unet.lucid.UNetConfig;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A network whose steps are measured, with pictures and words of noise. Mutable: it learns. */
public final class StepNetwork {

  private static final RandomKey KEY = RandomKey.of(0).child("bench");
  private static final double LEARNING_RATE = 1e-4;
  private static final int WORDS = 24; // of a text, with both of its marks

  private final Network network;
  private final Recorder recorder;
  private final Condition known;
  private final Adam adam;
  private final Shape input;
  private final Tensor x;
  private final Tensor weights;
  private final double[] times;
  private int steps;
  private @Nullable StepRecorder whole; // during a session

  /** A network owned by the innermost scope, for so many pictures at once, and what it is told of them. */
  private StepNetwork(Backend device, Network network, Shape input, Condition known) {
    this.network = network;
    this.recorder = new Recorder(network);
    this.known = known;
    this.adam = new Adam(network.parameters(), AdamConfig.adam());
    this.input = input;
    this.x = Tensor.empty(device, input);
    this.weights = Tensor.empty(device, Shape.of(input.dim(0)));
    this.times = new double[input.dim(0)];
    device.random().normal(KEY, 0, x);
    device.elementwise().fill(1, weights);
    Arrays.fill(times, 500);
  }

  /**
   * A network owned by the innermost scope.
   *
   * @param device where it lives
   * @param shape sizes, as {@link StepShape} writes them
   * @return the network, the same every time
   */
  public static StepNetwork of(Backend device, String shape) {
    StepShape sizes = StepShape.of(shape);
    UNetConfig config = UNetConfig.image(
            BlockVersion.GROUP_NORM, sizes.channels(), sizes.dim(), sizes.multiples())
        .build();
    UNet unet = new UNet(device, KEY.child("parameters"), config);
    return new StepNetwork(device, unet, sizes.input(), Condition.none());
  }

  /**
   * The network of a preset that is told texts, owned by the innermost scope, with a batch as the preset has
   * it. It sees noise of the shape of pictures or latents, and words of noise.
   *
   * @param device where it lives
   * @param preset such as {@code shapes-text}
   * @return the network, the same every time
   * @throws IllegalArgumentException if there is no such preset, or its network is told no texts
   */
  static StepNetwork ofTexts(Backend device, String preset) {
    Recipe recipe = Presets.named(preset).recipe();
    if (!recipe.network().attends()) {
      throw new IllegalArgumentException(
          "preset: expected one whose network is told texts, such as shapes-text, got " + preset);
    }
    int batch = recipe.training().batch();
    Shape sample = recipe.sampled();
    Shape input = Shape.of(batch, sample.dim(0), sample.dim(1), sample.dim(2));
    Tensor words =
        Tensor.empty(device, Shape.of(batch, WORDS, recipe.condition().tokenChannels()));
    device.random().normal(KEY.child("words"), 0, words);
    return new StepNetwork(
        device,
        recipe.network().create(recipe.task(), device, KEY.child("parameters")),
        input,
        Condition.none().withContext(Context.of(Variable.constant(words))));
  }

  /** What one picture costs in training or in sampling. */
  static Cost costOfOne(Backend device, String shape, boolean training) {
    KernelLog log = new KernelLog();
    try (Scope scope = Scope.open()) {
      StepNetwork network =
          of(WatchedBackend.of(device, log), "1" + shape.substring(shape.indexOf('x')));
      log.forget();
      if (training) {
        network.train();
      } else {
        network.sample();
      }
    }
    return log.cost();
  }

  /**
   * What it learns.
   *
   * @return its parameters, always in the same order
   */
  public List<NamedParameter> parameters() {
    return network.parameters();
  }

  int batch() {
    return input.dim(0);
  }

  /**
   * Records what is asked of the network from now on, where its device can.
   *
   * @return ends it
   */
  public Session record() {
    return new Session();
  }

  /** A time in which steps of training are recorded as a whole, and the network where it is asked. */
  public final class Session implements AutoCloseable {

    private final Recorder.Session asked = recorder.begin(StepNetwork::refuse);

    private Session() {
      whole = new StepRecorder(
          network,
          recorder,
          passes(network),
          new Update(Optional.empty(), adam, List.of()),
          new StepRecorder.Told(StepNetwork::refuse, StepNetwork::refuse));
    }

    @Override
    public void close() {
      if (whole != null) {
        whole.close();
        whole = null;
      }
      asked.close();
    }
  }

  private static void refuse(String reason) {
    throw new IllegalStateException("step: expected a network that can be recorded, got " + reason);
  }

  /** Draws noise, predicts it, and learns from the error. */
  public void train() {
    train(steps++);
  }

  /** Learns from the noise of the first step, by the rates of the first step: what can be repeated. */
  public void trainAsAtFirst() {
    adam.resumeAfter(0);
    train(0);
  }

  private void train(int step) {
    StepRecorder recording = whole;
    try (Scope scope = Scope.open()) {
      if (recording == null) {
        adam.step(loss(step).backward(), LEARNING_RATE);
      } else {
        recording.step(part -> new Batch(x, 0), key(step), LEARNING_RATE, Update.Check.NONE);
      }
    } catch (IOException unread) {
      throw new UncheckedIOException(unread);
    }
  }

  /**
   * The error of the prediction of a step's noise.
   *
   * @param step its number, from 0
   * @return a single number, with the tape that leads to it
   */
  public Variable loss(int step) {
    return passes(recorder).loss(new Batch(x, 0), key(step), 0);
  }

  private static RandomKey key(int step) {
    return KEY.child("step", step);
  }

  private TrainingStep passes(Denoiser asked) {
    return new TrainingStep(asked, this::error, 1, false);
  }

  /** Of the prediction of noise that is drawn in place of the batch. */
  private Variable error(Denoiser asked, Batch batch, RandomKey key, Pass pass) {
    Tensor noise = batch.x0().like();
    Backend.of(noise).random().normal(key, 0, noise);
    Variable seen = Variable.constant(noise);
    Variable prediction = asked.predict(new Query(seen, times, known, pass));
    return meanSquaredError(prediction, seen, Variable.constant(weights));
  }

  /** Predicts noise. */
  public void sample() {
    try (Tape.Pause pause = Tape.pause();
        Scope scope = Scope.open()) {
      recorder.predict(new Query(Variable.constant(x), times, known, Pass.inference()));
    }
  }
}
