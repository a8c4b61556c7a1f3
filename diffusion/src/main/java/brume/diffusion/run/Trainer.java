package brume.diffusion.run;

import brume.diffusion.data.Batches;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Part;
import brume.diffusion.data.PictureTensor;
import brume.diffusion.data.Retold;
import brume.diffusion.objective.Batch;
import brume.diffusion.ranks.Team;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.recipe.TrainingSettings;
import brume.nn.Denoiser;
import brume.nn.optim.LearningRate;
import brume.tensor.Device;
import brume.tensor.DeviceNumber;
import brume.tensor.LateNumber;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a model learns: every step reads a batch, adds noise to it, asks the network what to take away,
 * and moves the parameters so that the answer gets better.
 *
 * <p>A step depends on the seed, its number and the state before it, on nothing else: a run that was
 * killed and continued ends in the same bits as one that was not.
 */
public final class Trainer {

  private static final int SHOWN = 240; // characters of names of classes in a sentence
  private final Recipe recipe;
  private final RunFolder folder;
  private final Dataset data;
  private final Device device;
  private final TrainingListener listener;
  private final Batches order;
  private final Shape batchShape;
  private final RandomKey key;
  private final LearningRate learningRate;
  private volatile boolean stopAsked;
  private boolean recomputing;
  private @Nullable FirstWeights first;
  private @Nullable Encoders encoders;
  private boolean cachesLatents;
  private @Nullable LatentCache cache; // while it runs
  private Team team = Team.alone();
  private @Nullable SharedStep shared; // of a team, while it runs

  /**
   * Prepares a run.
   *
   * @param recipe what to do
   * @param folder where to keep it
   * @param data what to learn from
   * @param device where to compute
   * @param listener is told what happens
   * @throws IllegalArgumentException if settings do not fit together
   */
  public Trainer(
      Recipe recipe, RunFolder folder, Dataset data, Device device, TrainingListener listener) {
    this.recipe = recipe.trainable();
    this.folder = folder;
    this.data = Retold.with(data, recipe.network().says());
    this.device = device;
    this.listener = listener;
    Shape sample = Shape.of(data.height(), data.width(), data.channels());
    if (!sample.equals(recipe.data().shape())) {
      throw new IllegalArgumentException(Text.of(
          "data: expected samples of %s (height, width, channels) as the recipe says, got %s",
          recipe.data().shape(), sample));
    }
    List<String> classes = recipe.classes(), there = data.classes();
    if (!classes.isEmpty() && !classes.equals(there)) {
      throw new IllegalArgumentException(Text.of(
          "data: expected samples of the classes %s as the recipe says, got %s",
          Text.shown(String.join(", ", classes), SHOWN),
          there.isEmpty() ? "none" : Text.shown(String.join(", ", there), SHOWN)));
    }
    requireCaptions(recipe, data);
    TrainingSettings t = recipe.training();
    this.order = new Batches(
        Part.others(this.data, recipe.objective().heldBack()),
        recipe.seed(),
        recipe.data().flip(),
        recipe
            .augmentation()
            .create(sample, RandomKey.of(recipe.seed()).child(Model.AUGMENTATION)));
    this.batchShape = Shape.of(t.batch(), data.height(), data.width(), data.channels());
    this.key = RandomKey.of(recipe.seed()).child("training");
    this.learningRate = recipe.learningRate();
  }

  /**
   * Refuses data without captions where a run learns from them.
   *
   * @param recipe of the run
   * @param data what it learns from
   * @throws IllegalArgumentException if captions are looked at, and there are none
   */
  public static void requireCaptions(Recipe recipe, Dataset data) {
    boolean told = recipe.condition().texts().isPresent();
    boolean looks = told && recipe.network().says().isEmpty();
    if ((looks || recipe.network().reads().isPresent()) && !data.captioned()) {
      throw new IllegalArgumentException(Text.of(
          "data: expected samples with captions, %s, got some without",
          told ? "of which the network is told" : "which the network reads"));
    }
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

  /**
   * Keeps what the autoencoder says of pictures in the folder of the run, so that each is encoded once.
   *
   * @param now whether to
   * @throws IllegalArgumentException if the recipe has no autoencoder, or pictures are not the same each time
   */
  public void cacheLatents(boolean now) {
    if (now) {
      requireCacheable(recipe);
    }
    cachesLatents = now;
  }

  /**
   * Refuses a recipe whose latents cannot be kept.
   *
   * @param recipe of a run
   * @throws IllegalArgumentException as of {@link #cacheLatents}
   */
  public static void requireCacheable(Recipe recipe) {
    LatentCache.requireSteady(recipe);
  }

  /**
   * Begins a new run with parameters from elsewhere instead of random ones. They are kept in a checkpoint
   * of step 0, from which a run goes on that was stopped before its first one.
   *
   * @param weights where they come from
   */
  public void beginWith(FirstWeights weights) {
    first = weights;
  }

  /**
   * Sees data through other encoders than those that the recipe names.
   *
   * @param others what stands between the model and data
   */
  public void seeThrough(Encoders others) {
    encoders = others;
  }

  /**
   * Shares the parts of each step with others who train the same recipe on the same data. All of them end in
   * the same state, bit by bit, as one who trains alone. The leader of the team alone writes, and needs a
   * folder of the run that is its own; the others take from theirs what the run builds upon.
   *
   * @param others who train, among them this one
   */
  public void shareWith(Team others) {
    team = others;
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
   * @throws IOException if samples cannot be read, or results not be written; the last checkpoint
   *     stays as it was
   */
  public Outcome run() throws IOException {
    try (Scope run = Scope.open()) {
      Checkpoints checkpoints = new Checkpoints(folder);
      Optional<Checkpoint> last = team.leads()
          ? checkpoints.toResume(recipe.training().checkpointEvery())
          : Optional.empty();
      if (team.leads()
          && last.isEmpty()
          && encoders == null
          && recipe.network().reads().isPresent()) {
        RunTokenizer.prepare(
            folder,
            recipe.network().reads().get(),
            Part.others(data, recipe.objective().heldBack()));
      }
      requireSame();
      Learning state = new Learning(recipe, device, encoders());
      if (last.isPresent()) {
        restore(state, last.get());
      }
      if (state.step() > recipe.training().steps()) {
        throw new IOException(Text.of(
            "--steps: expected at least the %d that are done, got %d",
            state.step(), recipe.training().steps()));
      }
      if (team.leads()) {
        Recipes.write(folder.config(), recipe); // not before: what is refused replaces nothing
      }
      if (team.leads() && last.isEmpty() && first != null) {
        state.begin(first);
        last = Optional.of(save(state, checkpoints, OptionalDouble.empty()));
      }
      if (team.shares()) {
        goOnTogether(state, last);
      }
      listener.begins(state.step(), state.model());
      try (TrainingLog log = team.leads() ? TrainingLog.resume(folder.log(), state.step()) : null;
          ReadAhead batches = readAhead();
          LatentCache latents = cache(state);
          StepRecorder steps = recorder(state);
          SharedStep step = team.shares() ? SharedStep.of(team, state, parts()) : null) {
        shared = step;
        cache = latents;
        Outcome outcome = loop(state, steps, batches, log, checkpoints);
        if (log != null) {
          log.force();
        }
        if (outcome == Outcome.FINISHED) {
          listener.finished(state.shown());
        }
        return outcome;
      }
    }
  }

  private StepRecorder recorder(Learning state) {
    TrainingStep passes = new TrainingStep(
        (batch, drawn) -> told(state, batch, drawn), state.objective(), parts(), recomputing);
    StepRecorder.Told told = new StepRecorder.Told(
        reason -> listener.warned(
            "steps are recorded in parts, and take a little more of the host's time: " + reason),
        reason ->
            listener.warned("steps are not recorded, and take more of the host's time: " + reason));
    Model model = state.model();
    return new StepRecorder(model, model.recorder(), passes, state.update(), told);
  }

  private int parts() {
    return recipe.training().accumulate();
  }

  /** Refuses to train with others on other data. */
  private void requireSame() throws IOException {
    if (team.shares()) {
      team.requireSame(Map.of(
          "data",
          data.fingerprint(),
          "labels",
          data.labelFingerprint(),
          "run",
          Fingerprint.of(recipe)));
    }
  }

  /** Gives all the state in which the leader begins, unless it is the first, which all have. */
  private void goOnTogether(Learning state, Optional<Checkpoint> last) throws IOException {
    if (!team.any(last.isPresent())) {
      return;
    }
    try (Scratch scratch = Scratch.create("rank")) {
      SharedFolder.give(
          team,
          last.isPresent() ? SharedFolder.under(last.get().folder()) : Map.of(),
          Optional.of(scratch.folder()));
      if (!team.leads()) {
        restore(state, Checkpoint.read(scratch.folder()));
      }
    }
  }

  private void restore(Learning state, Checkpoint from) throws IOException {
    if (from.state().seed() != recipe.seed()) {
      throw new IOException(Text.of(
          "%s: expected a checkpoint of seed %d, got seed %d; continue with that seed",
          from.folder(), recipe.seed(), from.state().seed()));
    }
    from.differences(Fingerprint.of(recipe), data.fingerprint()).forEach(listener::warned);
    Optional<String> relabelled = from.relabelled(data.labelFingerprint());
    boolean counts = !recipe.classes().isEmpty() || recipe.objective().tellsClasses();
    if (relabelled.isPresent() && counts) {
      throw new IOException(relabelled.get() + "; give the former labels, or begin a new run");
    }
    relabelled.ifPresent(listener::warned); // who does not look at labels can go on
    from.restore(state.parts());
    state.goOnAfter(from.state().step());
  }

  private Encoders encoders() throws IOException {
    return encoders == null ? Encoders.open(recipe, folder, device) : encoders;
  }

  private @Nullable LatentCache cache(Learning state) throws IOException {
    return cachesLatents
        ? LatentCache.open(
            folder,
            recipe.sampled(),
            order,
            Part.others(data, recipe.objective().heldBack()),
            (AutoencoderRun) state.model().encoders().space().orElseThrow(),
            device)
        : null;
  }

  private ReadAhead readAhead() {
    TrainingSettings t = recipe.training();
    long end = (long) t.steps() * t.samplesPerStep();
    return new ReadAhead(
        order,
        t.batch(),
        data.pictureLength(),
        end,
        first -> SharedStep.following(team, first / t.batch(), parts()) * t.batch());
  }

  private Outcome loop(
      Learning state,
      StepRecorder steps,
      ReadAhead batches,
      @Nullable TrainingLog log,
      Checkpoints checkpoints)
      throws IOException {
    TrainingSettings t = recipe.training();
    int snapshotEvery = recipe.average().snapshotEvery();
    int sampleEvery = recipe.samples().count() > 0 ? recipe.samples().every() : 0;
    LastStep last = new LastStep(listener, log);
    while (state.step() < t.steps()) {
      last.follow(step(state, steps, batches));
      boolean end = state.step() == t.steps();
      boolean shows = sampleEvery > 0 && state.step() % sampleEvery == 0 && !end;
      if (shows || shared != null) {
        last.settle();
      }
      if (team.leads() && snapshotEvery > 0 && state.step() % snapshotEvery == 0) {
        last.settle();
        new Snapshots(folder).write(now(state), state.averages());
      }
      if (evaluates(state, end)) {
        last.settle();
      }
      OptionalDouble score =
          log != null && evaluates(state, end) ? evaluated(state) : OptionalDouble.empty();
      boolean scored = recipe.evaluation().best() && score.isPresent();
      boolean stops = shared == null ? stopAsked : shared.stops();
      if (log != null && (end || stops || scored || state.step() % t.checkpointEvery() == 0)) {
        last.settle();
        log.force();
        listener.saved(save(state, checkpoints, score));
      }
      if (stops && !end) {
        last.settle();
        return Outcome.STOPPED;
      }
      if (shows) {
        listener.samples(state.step(), state.shown());
      }
    }
    last.settle();
    return Outcome.FINISHED;
  }

  private boolean evaluates(Learning state, boolean end) {
    int every = recipe.evaluation().every();
    return every > 0 && (end || state.step() % every == 0);
  }

  private OptionalDouble evaluated(Learning state) throws IOException {
    return listener.evaluated(state.step(), state.shown());
  }

  private Checkpoint save(Learning state, Checkpoints checkpoints, OptionalDouble score)
      throws IOException {
    CheckpointState now = now(state);
    return checkpoints.write(
        score.isPresent() ? now.withScore(score.getAsDouble()) : now,
        state.parts(),
        new Keep(recipe.training().keep(), recipe.evaluation().best()));
  }

  private CheckpointState now(Learning state) throws IOException {
    return CheckpointState.of(recipe.brume(), state.step(), recipe.seed(), state.dataPosition())
        .withFingerprints(Fingerprint.of(recipe), data.fingerprint(), data.labelFingerprint());
  }

  private StepDone step(Learning state, StepRecorder steps, ReadAhead batches) throws IOException {
    long start = System.nanoTime();
    int number = state.step();
    try (Scope step = Scope.open()) {
      RandomKey random = key.child("step", number);
      TrainingStep.Source samples = part -> samples(state, batches, part, random);
      double rate = learningRate.at(number);
      Update.Check check = (losses, norm) -> requireFinite(number + 1, losses, norm);
      SharedStep together = shared;
      Update.Done done = together == null
          ? steps.step(samples, random, rate, check)
          : steps.shared(
              passes -> together.compute(passes, samples, random, stopAsked), rate, check);
      LateNumber loss = done.losses().late(), norm = done.norm().orElseThrow().late();
      state.finishStep();
      long given = System.nanoTime();
      Long memory = ResidentMemory.mebibytes().orElse(null);
      return new StepDone(number + 1, loss, norm, rate, start, given, memory);
    }
  }

  /** Before parameters are spoiled. A GPU is not waited for: it clips by itself, and its numbers come later. */
  private static void requireFinite(int step, LossParts losses, DeviceNumber norm)
      throws IOException {
    if (norm.place().isEmpty()) {
      LateNumber loss = losses.late();
      if (!loss.isLate()) {
        StepDone.requireFinite(step, loss, norm.late());
      }
    }
  }

  /** The network, told what there is to tell of a batch. */
  private Denoiser told(Learning state, Batch batch, RandomKey random) {
    Supplier<double[]> done =
        () -> order.told(state.dataPosition() + batch.first(), recipe.training().batch());
    return state.model().told(recipe.condition().told(state.model(), batch, random), done);
  }

  /** The samples of one part of a step. */
  private Batch samples(Learning state, ReadAhead batches, int part, RandomKey random)
      throws IOException {
    long first = (long) part * recipe.training().batch(), position = state.dataPosition() + first;
    int[] labels = order.labels(position, recipe.training().batch());
    Encoders between = state.model().encoders();
    List<String> captions = captions(state, first);
    if (cache != null) {
      Tensor latents = cache.of(position, recipe.training().batch(), first, random);
      return between.ofLatents().encoded(new Batch(latents, first, labels), captions, random);
    }
    Tensor pictures = PictureTensor.of(device, batchShape, batches.take(position));
    return between.encoded(new Batch(pictures, first, labels), captions, random);
  }

  /** Texts of the samples of one part, where somebody looks at them. */
  private List<String> captions(Learning state, long first) {
    return state.model().encoders().read()
        ? order.captions(state.dataPosition() + first, recipe.training().batch())
        : List.of();
  }
}
