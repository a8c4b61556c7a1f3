package brume.diffusion.train;

import brume.diffusion.objective.LossHistory;
import brume.diffusion.objective.TimestepSampling;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.nn.optim.Adam;
import brume.nn.optim.AdamConfig;
import brume.nn.optim.Ema;
import brume.nn.optim.EmaRule;
import brume.tensor.Device;
import brume.tensor.io.SafeTensorsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that changes while a run learns: parameters, their average, the optimizer's moments, the
 * losses that tell which times to visit, and the number of the step. All random numbers follow from the seed and that number.
 */
final class TrainingState {

  private static final String MODEL = "model.safetensors";
  private static final String AVERAGE = "ema.safetensors";
  private static final String TIMESTEPS = "timesteps.safetensors";
  private static final int MOST_LETTERS = 400;
  private static final String OPTIMIZER = "optimizer.safetensors";

  private final RunConfig config;
  private final Model model;
  private final Model average;
  private final Adam optimizer;
  private final Ema ema;
  private final TimestepSampling timesteps;
  private final List<Seen> seen = new ArrayList<>();
  private int step;

  /** Losses of the step that is being done. */
  private static final class Seen {
    final int[] times;
    final double[] losses;

    Seen(int[] times, double[] losses) {
      this.times = times;
      this.losses = losses;
    }
  }

  /** The state before the first step, owned by the innermost scope. */
  TrainingState(RunConfig config, Device device) {
    this.config = config;
    this.model = new Model(config, device);
    this.average = new Model(config, device);
    RunConfig.Training t = config.training();
    AdamConfig adam = new AdamConfig(t.beta1(), t.beta2(), AdamConfig.EPS, t.decay(), true);
    this.optimizer = new Adam(model.parameters(), adam);
    this.ema =
        new Ema(new EmaRule.DdpmTorch(t.emaDecay()), model.parameters(), average.parameters());
    this.timesteps = config.process().timestepSampling().of(config.process().timesteps());
  }

  Model model() {
    return model;
  }

  Model average() {
    return average;
  }

  Adam optimizer() {
    return optimizer;
  }

  TimestepSampling timesteps() {
    return timesteps;
  }

  /** Number of the last step done. */
  int step() {
    return step;
  }

  /** Keeps losses for {@link #finishStep}, so that all parts of a step draw with the same chances. */
  void remember(int[] times, double[] losses) {
    seen.add(new Seen(times, losses));
  }

  void finishStep() {
    ema.update();
    timesteps.history().ifPresent(history -> seen.forEach(s -> history.add(s.times, s.losses)));
    seen.clear();
    step++;
  }

  /** Pictures seen so far. */
  long dataPosition() {
    return (long) step * config.training().batch() * config.training().accumulate();
  }

  Checkpoint save(RunFolder folder) throws IOException {
    Checkpoint.State state = new Checkpoint.State(
        config.brume(),
        step,
        config.seed(),
        dataPosition(),
        Map.of("optimizer", optimizer.steps(), "ema", ema.steps()),
        Map.of());
    return Checkpoint.write(folder.checkpoints(), state, to -> {
      Weights.save(to.resolve(MODEL), model.parameters());
      Weights.save(to.resolve(AVERAGE), average.parameters());
      Weights.save(to.resolve(OPTIMIZER), optimizer.state());
      @Nullable LossHistory losses = timesteps.history().orElse(null);
      if (losses != null) {
        losses.save(to.resolve(TIMESTEPS));
      }
    });
  }

  void restore(Checkpoint checkpoint) throws IOException {
    Checkpoint.State state = checkpoint.state();
    if (state.seed() != config.seed()) {
      throw new IOException(
          "%s: expected a checkpoint of seed %d, got seed %d; continue with that seed"
              .formatted(checkpoint.folder(), config.seed(), state.seed()));
    }
    Path from = checkpoint.folder();
    load(from.resolve(MODEL), model.parameters());
    load(from.resolve(AVERAGE), average.parameters());
    load(from.resolve(OPTIMIZER), optimizer.state());
    @Nullable LossHistory losses = timesteps.history().orElse(null);
    if (losses != null) {
      losses.load(from.resolve(TIMESTEPS));
    }
    optimizer.resumeAfter(state.counters().getOrDefault("optimizer", 0L));
    ema.resumeAfter(state.counters().getOrDefault("ema", 0L));
    step = state.step();
  }

  /** Reads the averaged parameters of a checkpoint into a model, for sampling. */
  static void loadAverage(Checkpoint checkpoint, Model into) throws IOException {
    load(checkpoint.folder().resolve(AVERAGE), into.parameters());
  }

  private static void load(Path file, List<NamedParameter> into) throws IOException {
    try {
      Weights.load(file, into);
    } catch (SafeTensorsException damaged) {
      throw damaged;
    } catch (IOException other) {
      throw new IOException(
          shortened(String.valueOf(other.getMessage()))
              + "; use it with the config.json it was made with",
          other);
    }
  }

  /** Lists of hundreds of names say no more than their beginning. */
  private static String shortened(String sentence) {
    return sentence.length() > MOST_LETTERS
        ? sentence.substring(0, MOST_LETTERS) + " ..."
        : sentence;
  }
}
