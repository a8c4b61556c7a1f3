package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.process.Clippings;
import brume.diffusion.ranks.Team;
import brume.diffusion.ranks.Wire;
import brume.diffusion.recipe.Fitting;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.recipe.SamplesSettings;
import brume.diffusion.recipe.TrainingSettings;
import brume.diffusion.recipe.Version;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Encoders;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.RunLock;
import brume.diffusion.run.Trainer;
import brume.tensor.Device;
import brume.tensor.Text;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code brume train}: trains a model and shows what it has learned. */
@Command(
    name = "train",
    description = {
      "Trains a diffusion model and shows what it has learned.",
      "Without options: on the 10,000 embedded pictures of Fashion-MNIST, in minutes on two cores. The"
          + " options below are those of the kinds that are chosen, with their defaults; another --network,"
          + " --schedule and so on has others: brume train --network ddpm --help. Your own pictures get,"
          + " unless told otherwise, 20,000 steps of a network of 4.2 million parameters: one to two hours"
          + " at 32x32 pixels."
    },
    abbreviateSynopsis = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer>, Prepared {

  static final String RECOMPUTE =
      "Compute blocks of the network again for their gradients instead of remembering them: less memory, more time.";

  private static final Path RUNS = Path.of("runs");

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "Folder of a new run. Default: runs/ and the name of the data, numbered.")
  private @Nullable Path run;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run, or the latest one, from its newest checkpoint, with its own settings;"
              + " --steps may be larger, and --data tell where the data are now.")
  private @Nullable String resume;

  @Option(
      names = "--train-from",
      paramLabel = "PLACE",
      description =
          "Begin with the network and parameters of a run, of a folder or file as for brume sample --from,"
              + " or with the parameters of a safetensors file alone; what does not match is told."
              + " Default: random parameters.")
  private @Nullable String trainFrom;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Settings to begin with: 'brume list presets' tells which there are. Default: what suits"
              + " --data.")
  private @Nullable String preset;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON with settings, such as the config.json of a run; options override it.")
  private @Nullable Path configFile;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Train so long that every sample is seen N times, instead of --steps.")
  private @Nullable Integer epochs;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description =
          "Train so long that N samples are seen, such as 50000, 200k or 1.5M, instead of --steps.")
  private @Nullable String pictures;

  @Option(
      names = "--time-budget",
      paramLabel = "TIME",
      description =
          "Stop with a checkpoint after a time such as 90s, 30m or 2h, once the step or the drawing of"
              + " samples that is under way has ended.")
  private @Nullable String timeBudget;

  @Option(
      names = "--dry-run",
      description = "Check everything, tell parameters, memory and time, and train nothing.")
  private boolean dryRun;

  @Option(
      names = "--data-report",
      description =
          "Print all that was found where the data lie, every file that was skipped and why, on standard"
              + " output; the data.json of a run has it, too.")
  private boolean dataReport;

  @Option(names = "--recompute", description = TrainCommand.RECOMPUTE)
  private boolean recompute;

  @Option(
      names = "--cache-latents",
      description =
          "Keep what the autoencoder says of each picture in the run's folder instead of asking it in every step.")
  private boolean cacheLatents;

  @Option(
      names = "--tensorboard",
      description =
          "Write curves, samples and the recipe for TensorBoard into the run's folder; a run that has such"
              + " files goes on writing them.")
  private boolean tensorboard;

  @Mixin
  @SuppressWarnings("unused") // read before the words are parsed
  private Telling.Options telling = new Telling.Options();

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Mixin
  private RankOptions rankOptions = new RankOptions();

  @Option(
      names = "--wire",
      paramLabel = "FORMAT",
      description =
          "How gradients travel between ranks: f32, as they are, or bf16, in half the bytes, rounded. Default: f32.")
  private @Nullable Wire wire;

  @Spec
  private CommandSpec spec;

  private RecipeOptions options =
      RecipeOptions.ofTraining(Presets.named("fashion").recipe(), new Words());
  private @Nullable IOException unread; // of --resume, told after all that is wrong with the words
  private @Nullable Origin origin;
  private Recipe base = Presets.named("fashion").recipe();
  private final Instant begun = Instant.now();
  private Team team = Team.alone();

  @Override
  public void prepare(Words words) throws IOException {
    Optional<String> going = words.valueOf("--resume");
    try {
      Optional<String> place = words.valueOf("--train-from");
      if (place.isPresent()) {
        origin = Origin.at(place.get());
      }
      base = going.isPresent()
          ? before(going.get())
          : Beginnings.fresh(words, Optional.ofNullable(origin));
    } catch (IOException none) {
      unread = none;
      base = Teaching.asked(words).map(Teaching::plain).orElse(base);
    }
    options = RecipeOptions.ofTraining(base, words);
    options.addTo(spec);
  }

  private static Recipe before(String run) throws IOException {
    return Recipes.read(existing(run).config());
  }

  @Override
  public RecipeOptions options() {
    return options;
  }

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        resume == null
            || run == null
                && configFile == null
                && preset == null
                && !asked().isGiven()
                && trainFrom == null,
        "--resume: expected without --run, --config, --preset, --train-from, --epochs and --pictures, since a run"
            + " keeps its settings, got both");
    UsageException.unless(
        wire == null || rankOptions.isGiven(), "--wire: expected with --ranks, got it without");
    UsageException.unless(
        !cacheLatents || !rankOptions.isGiven(),
        "--cache-latents: expected without --ranks, whose folders have none, got both");
    UsageException.unless(
        !dryRun || !rankOptions.isGiven(), "--ranks: expected without --dry-run, got both");
    return rankOptions.share(wire == null ? Wire.F32 : wire, with -> {
      try {
        return train(with);
      } catch (IllegalArgumentException misfit) {
        throw new UsageException(options.sentence(misfit));
      }
    });
  }

  /** Alone or as one of several ranks, of which the first decides what is done. */
  private int train(Team with) throws IOException {
    team = with;
    if (rankOptions.isGiven()) {
      deviceOptions.takeGpu(team.rankOnHost());
      requireSame();
      if (!team.leads()) {
        return new Follower(team, deviceOptions.open(), recompute).follow();
      }
    }
    if (unread != null) {
      throw unread;
    }
    int status = dryRun ? tryDry() : resume == null ? begin() : goOn(existing(resume));
    if (team.shares()) {
      Follower.dismiss(team);
    }
    return status;
  }

  /** Refuses ranks that would compute something else. */
  private void requireSame() throws IOException {
    Map<String, String> mine = new TreeMap<>(Sameness.of(deviceOptions.open()));
    mine.put("--recompute", Boolean.toString(recompute));
    mine.put("--wire", String.valueOf(wire));
    if (resume == null) { // else only the first needs to see the run
      mine.put("recipe", Sameness.of(options.overlay(options.chosen(), given())));
    }
    team.requireSame(mine);
  }

  private Lengths.Asked asked() {
    return new Lengths.Asked(epochs, pictures);
  }

  private int tryDry() throws IOException {
    Recipe recipe = options.overlay(options.chosen(), given());
    Optional<DataShown> shown = Optional.empty();
    if (recipe.data().isPlaced() || asked().isGiven() || dataReport) {
      recipe = recipe.with(recipe.data().resolved());
      try (Dataset data = recipe.data().open()) {
        recipe = Lengths.of(recipe, data, asked(), given(), configFile == null);
        shown = Optional.of(DataShown.of(recipe, data));
      }
    }
    recipe = fitting(Upon.resolved(recipe, given()));
    Device device = deviceOptions.open();
    Telling.say(Backends.named(device.name()).describe());
    shown.ifPresent(each -> each.tell(dataReport));
    Recipe last = recipe.trainable();
    requireCacheable(last);
    for (Presets.Stage stage : stages()) {
      Telling.say("first, in the folder " + stage.folder() + " of the run:");
      DryRun.of(stage.recipe(last).trainable(), recompute, device).lines().forEach(Telling::say);
    }
    DryRun.of(last, recompute, device).lines().forEach(Telling::say);
    Telling.say("nothing was trained; leave --dry-run out to begin");
    return 0;
  }

  private List<Presets.Stage> stages() {
    return preset == null ? List.of() : Presets.named(preset).stages();
  }

  private int begin() throws IOException {
    Recipe recipe = options.overlay(options.chosen(), given());
    recipe = Upon.resolved(recipe.with(recipe.data().resolved()).writtenBy(Version.BRUME), given());
    try (Dataset data = recipe.data().open()) {
      return begin(recipe, data);
    }
  }

  private int begin(Recipe chosen, Dataset data) throws IOException {
    Recipe recipe =
        fitting(Lengths.of(chosen, data, asked(), given(), configFile == null)).trainable();
    Evaluating.requirePossible(recipe);
    UsageException.unless(
        recipe.training().rewarm() == 0,
        "--rewarm: expected only with --resume, got it for a new run");
    Trainer.requireCaptions(recipe, data); // before what it builds upon is trained for hours
    requireCacheable(recipe);
    for (Presets.Stage stage : Stages.wanted(stages(), recipe)) {
      Trainer.requireCaptions(stage.recipe(recipe), data);
    }
    Device device = deviceOptions.open();
    if (rankOptions.isGiven() && run != null && new RunFolder(run).holdsRun()) {
      return goOnAsAsked(run, recipe, data, device);
    }
    if (origin != null) {
      origin.tellMatch(recipe, device);
    }
    try (RunLock lock =
        run == null ? RunLock.onNumbered(RUNS, recipe.data().title()) : RunLock.onNew(run)) {
      DataShown shown = DataShown.of(recipe, data);
      introduce(device, shown, lock.folder());
      Lengths.warnOfLongWarmup(recipe);
      if (!stages().isEmpty()) {
        Stages.prepare(lock.folder(), stages(), recipe);
        Recipes.write(lock.folder().config(), recipe); // by which it goes on if a stage is stopped
      }
      return train(recipe, lock.folder(), shown, device);
    }
  }

  private void requireCacheable(Recipe recipe) {
    if (cacheLatents) {
      Trainer.requireCacheable(recipe);
    }
  }

  /** Without samples, where none can be drawn from what is learned, and without a range that latents have not. */
  private Recipe asLearned(Recipe recipe) {
    boolean draws = recipe.objective().shows() && recipe.latents().shows();
    Recipe learned = draws || given().hasMatchedOption("--samples")
        ? recipe
        : recipe.with(new SamplesSettings(0, 0));
    return recipe.latents().from().isEmpty() || given().hasMatchedOption("--clipping")
        ? learned
        : learned.with(new Clippings.None());
  }

  /** Levels and patches that the data allow, where nobody has asked for others. */
  private Recipe fitting(Recipe recipe) {
    boolean asked = configFile != null
        || origin != null
        || given().hasMatchedOption("--mults")
        || given().hasMatchedOption("--patch");
    Recipe learned = asLearned(recipe);
    return asked ? learned : Fitting.toData(learned);
  }

  /** Who starts many processes types the same command again when one has died. */
  private int goOnAsAsked(Path place, Recipe asked, Dataset data, Device device)
      throws IOException {
    try (RunLock lock = RunLock.onExisting(place)) {
      RunFolder folder = lock.folder();
      Recipe kept = Recipes.read(folder.config());
      Recipe recipe = Encoders.resolved(asked, folder).writtenBy(kept.brume());
      if (kept.latents().from().equals(recipe.latents().from())) {
        recipe = recipe.with(kept.latents()); // with what was measured
      }
      List<String> changed = options.differing(recipe, kept);
      UsageException.unless(
          changed.isEmpty(),
          Text.of(
              "--run: expected a new folder, or the settings of the run in %s to go on with it, got another %s",
              place, String.join(", ", changed)));
      DataShown shown = DataShown.of(recipe, data);
      introduce(device, shown, folder);
      return train(recipe, folder, shown, device);
    }
  }

  private int goOn(RunFolder folder) throws IOException {
    try (RunLock lock = RunLock.onExisting(folder.path())) {
      Recipe recipe = options.overlay(options.chosen(), given());
      Optional<String> moved =
          Optional.ofNullable(given().matchedOptionValue("--data", (String) null));
      if (moved.isPresent()) {
        recipe = recipe.with(Moved.to(moved.get(), recipe.data()));
      }
      Optional<Checkpoint> last =
          new Checkpoints(folder).toResume(base.training().checkpointEvery());
      if (given().hasMatchedOption("--rewarm")) {
        int done = last.map(checkpoint -> checkpoint.state().step()).orElse(0);
        TrainingSettings t = recipe.training();
        recipe = recipe.with(t.withRewarm(done, t.rewarm()));
      }
      List<String> changed = options.differing(recipe.withShowingOf(base).with(base.data()), base);
      UsageException.unless(
          changed.isEmpty(),
          "--resume: expected no other settings than --steps, --rewarm, --checkpoint-every, --keep, --keep-best,"
              + " and those of evaluations and samples, got " + String.join(", ", changed)
              + "; start a new run for those");
      recipe = recipe.trainable();
      Evaluating.requirePossible(recipe);
      requireCacheable(recipe);
      try (Dataset data = recipe.data().open()) {
        if (moved.isPresent() && last.isPresent()) {
          Moved.requireSame(last.get(), data, moved.get());
        }
        Device device = deviceOptions.open();
        DataShown shown = DataShown.of(recipe, data);
        introduce(device, shown, folder);
        if (last.isEmpty()) {
          Telling.say("the run was stopped before its first checkpoint and begins anew");
        } else {
          Lengths.tellOfRate(base, recipe, last.get().state().step());
        }
        return train(recipe, folder, shown, device);
      }
    }
  }

  private void introduce(Device device, DataShown data, RunFolder folder) {
    Telling.say(Backends.named(device.name()).describe());
    data.tell(dataReport);
    Telling.say("run in " + folder.path());
  }

  private int train(Recipe recipe, RunFolder folder, DataShown data, Device device)
      throws IOException {
    return new StagedTraining(
            folder,
            team,
            device,
            recompute,
            cacheLatents,
            tensorboard,
            timeBudget,
            begun,
            Optional.ofNullable(origin))
        .train(recipe, data);
  }

  private ParseResult given() {
    return spec.commandLine().getParseResult();
  }

  private static RunFolder existing(String run) throws IOException {
    RunFolder folder = run.equals("latest") ? RunFolder.latest(RUNS) : new RunFolder(Path.of(run));
    if (!folder.holdsRun()) {
      throw new IOException(
          "--resume: expected the folder of a run with its config.json, got " + folder.path());
    }
    return folder;
  }
}
