package brume.diffusion.train;

import static brume.autograd.function.pointwise.Affine.scale;

import brume.autograd.Gradients;
import brume.autograd.Variable;
import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import brume.diffusion.objective.DenoisingLoss;
import brume.diffusion.objective.LossWeighting;
import brume.diffusion.objective.Noising;
import brume.diffusion.process.Prediction;
import brume.nn.Pass;
import brume.nn.optim.GradientClipping;
import brume.nn.optim.LearningRate;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model learns: every step reads a batch, adds noise to it, asks the network what to take away,
 * and moves the parameters so that the answer gets better.
 *
 * <p>A step depends on the seed, its number and the state before it, on nothing else: a run that was
 * killed and continued ends in the same bits as one that was not.
 */
public final class Trainer {

  private final RunConfig config;
  private final RunFolder folder;
  private final Device device;
  private final TrainingListener listener;
  private final ReadAhead batches;
  private final Shape batchShape;
  private final RandomKey key;
  private final LearningRate learningRate;
  private final GradientClipping clipping;
  private volatile boolean stopAsked;
  private boolean recomputing;

  /**
   * Prepares a run.
   *
   * @param config what to do
   * @param folder where to keep it
   * @param data what to learn from
   * @param device where to compute
   * @param listener is told what happens
   */
  public Trainer(
      RunConfig config, RunFolder folder, Dataset data, Device device, TrainingListener listener) {
    this.config = config;
    this.folder = folder;
    this.device = device;
    this.listener = listener;
    RunConfig.Training t = config.training();
    this.batches = new ReadAhead(
        new Batches(data, config.seed(), config.pictures().flip()),
        t.batch(),
        data.pictureLength());
    this.batchShape = Shape.of(t.batch(), data.height(), data.width(), data.channels());
    this.key = RandomKey.of(config.seed()).child("training");
    LearningRate full =
        t.cosine() ? LearningRate.cosine(t.lr(), 0, t.steps()) : LearningRate.constant(t.lr());
    this.learningRate = full.withWarmup(t.warmup());
    this.clipping = GradientClipping.euclidean(t.clip());
  }

  /** What has come of a call to {@link #run}. */
  public enum Outcome {
    /** All steps are done. */
    FINISHED,
    /** Somebody asked to stop; a checkpoint tells how to go on. */
    STOPPED
  }

  /**
   * Computes blocks of the network again in the backward pass instead of remembering them: less memory,
   * more time, the same results but for the last bit.
   *
   * @param now whether to
   */
  public void recompute(boolean now) {
    recomputing = now;
  }

  /** Asks a running trainer to stop after the step it is in. May be called by any thread. */
  public void stop() {
    stopAsked = true;
    listener.stopping();
  }

  /**
   * Trains from the newest valid checkpoint, or from the beginning, to the last step.
   *
   * @return whether it came to the end
   * @throws IOException if pictures cannot be read, or results not be written; the last checkpoint
   *     stays as it was
   */
  public Outcome run() throws IOException {
    try (Scope run = Scope.open()) {
      TrainingState state = new TrainingState(config, device);
      @Nullable Checkpoint last = Checkpoint.newestValid(folder.checkpoints()).orElse(null);
      if (last != null) {
        state.restore(last);
      }
      if (state.step() > config.training().steps()) {
        throw new IOException("--steps: expected at least the %d that are done, got %d"
            .formatted(state.step(), config.training().steps()));
      }
      listener.begins(state.step(), state.model());
      try (TrainingLog log = TrainingLog.resume(folder.log(), state.step())) {
        Outcome outcome = loop(state, log);
        log.flush();
        if (outcome == Outcome.FINISHED) {
          listener.finished(state.average());
        }
        return outcome;
      }
    }
  }

  private Outcome loop(TrainingState state, TrainingLog log) throws IOException {
    RunConfig.Training t = config.training();
    int sampleEvery = config.sampling().samples() > 0 ? config.sampling().sampleEvery() : 0;
    while (state.step() < t.steps()) {
      TrainingLog.Line line = step(state);
      log.add(line);
      listener.stepped(line);

      boolean end = state.step() == t.steps();
      if (end || stopAsked || state.step() % t.checkpointEvery() == 0) {
        log.flush();
        listener.saved(state.save(folder));
      }
      if (stopAsked && !end) {
        return Outcome.STOPPED;
      }
      if (sampleEvery > 0 && state.step() % sampleEvery == 0 && !end) {
        listener.samples(state.step(), state.average());
      }
    }
    return Outcome.FINISHED;
  }

  private TrainingLog.Line step(TrainingState state) throws IOException {
    long start = System.nanoTime();
    RunConfig.Training t = config.training();
    int number = state.step();
    try (Scope step = Scope.open()) {
      RandomKey random = key.child("step", number);
      List<Tensor> errors = new ArrayList<>();
      Gradients gradients = gradients(state, random, 0, errors);
      for (int part = 1; part < t.accumulate(); part++) {
        gradients = gradients.plus(gradients(state, random, part, errors));
      }
      if (number + 1 < t.steps()) {
        batches.prepare(state.dataPosition() + (long) t.accumulate() * t.batch());
      }
      // A GPU may still be at work; from here on it is asked for numbers, and waited for.
      GradientClipping.Clipped clipped = clipping.clip(gradients);
      double loss = 0;
      for (Tensor error : errors) {
        loss += error.item();
      }
      refuseNotANumber(number + 1, "loss", loss);
      refuseNotANumber(number + 1, "norm of the gradients", clipped.norm());
      double rate = learningRate.at(number);
      state.optimizer().step(clipped.gradients(), rate);
      state.finishStep();
      double seconds = (System.nanoTime() - start) * 1e-9;
      return new TrainingLog.Line(number + 1, loss, clipped.norm(), rate, seconds);
    }
  }

  /** The gradients of one part of a batch, and its loss, which nobody has read yet. */
  private Gradients gradients(TrainingState state, RandomKey random, int part, List<Tensor> errors)
      throws IOException {
    Variable error = loss(state, random, part);
    errors.add(error.value());
    return error.backward();
  }

  /** The loss of one part of a batch, divided by the number of parts. */
  private Variable loss(TrainingState state, RandomKey random, int part) throws IOException {
    RunConfig.Training t = config.training();
    long first = (long) part * t.batch();
    float[] pictures = batches.take(state.dataPosition() + first);
    Tensor x0 = PictureTensor.of(device, batchShape, pictures);

    DenoisingLoss objective = objective(state.model());
    Noising noising = Noising.draw(
        new Noising.Settings(config.process().offsetNoise(), false),
        state.timesteps(),
        x0,
        first,
        random);
    Pass pass = Pass.training(random.child("part", part));
    Variable loss = loss(
        state, objective, Variable.constant(x0), noising, recomputing ? pass.recomputing() : pass);
    return t.accumulate() == 1 ? loss : scale(loss, 1.0 / t.accumulate());
  }

  private static Variable loss(
      TrainingState state, DenoisingLoss objective, Variable x0, Noising noising, Pass pass) {
    if (state.timesteps().history().isEmpty()) {
      return objective.loss(state.model(), x0, noising, pass);
    }
    Variable each = objective.losses(state.model(), x0, noising, pass);
    state.remember(noising.times(), each.value().toDoubles());
    return noising.average(each);
  }

  /**
   * The objective of a model.
   *
   * @param model with its process
   * @return mean squared error, weighted as configured
   */
  public static DenoisingLoss objective(Model model) {
    RunConfig.Diffusion process = model.config().process();
    return new DenoisingLoss(model.process(), process.predict(), weighting(process));
  }

  private static LossWeighting weighting(RunConfig.Diffusion process) {
    if (process.predict() == Prediction.MEAN) {
      return LossWeighting.uniform(); // nobody has defined others
    }
    return process.minSnr() > 0
        ? LossWeighting.minSnr(process.predict(), process.minSnr())
        : LossWeighting.equivalentToEpsilon(process.predict());
  }

  /** Stops before parameters are spoiled that the next checkpoint would keep. */
  private static void refuseNotANumber(int step, String what, double value) throws IOException {
    if (!Double.isFinite(value)) {
      throw new IOException(
          "step %d: expected a finite %s, got %s; start a new run with a smaller --lr, or with another"
                  .formatted(step, what, value)
              + " --seed");
    }
  }
}
