package brume.diffusion.recipe;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Datasets;
import brume.diffusion.data.augment.AugmentationSettings;
import brume.diffusion.data.augment.Augmentations;
import brume.diffusion.guidance.GuidanceSettings;
import brume.diffusion.guidance.Guidances;
import brume.diffusion.network.LatentSettings;
import brume.diffusion.network.Latents;
import brume.diffusion.network.NetworkSettings;
import brume.diffusion.network.Networks;
import brume.diffusion.network.Task;
import brume.diffusion.network.TimeEncodings;
import brume.diffusion.objective.ConditionSettings;
import brume.diffusion.objective.Conditions;
import brume.diffusion.objective.Errors;
import brume.diffusion.objective.ObjectiveSettings;
import brume.diffusion.objective.Objectives;
import brume.diffusion.objective.TimesOfTraining;
import brume.diffusion.objective.Weightings;
import brume.diffusion.optimize.AverageSettings;
import brume.diffusion.optimize.Averages;
import brume.diffusion.optimize.Clips;
import brume.diffusion.optimize.OptimizerSettings;
import brume.diffusion.optimize.Optimizers;
import brume.diffusion.optimize.RateSettings;
import brume.diffusion.optimize.Rates;
import brume.diffusion.process.Clipping;
import brume.diffusion.process.ClippingSettings;
import brume.diffusion.process.Clippings;
import brume.diffusion.process.FlowTimesKinds;
import brume.diffusion.process.LogSnrs;
import brume.diffusion.process.ProcessSettings;
import brume.diffusion.process.Processes;
import brume.diffusion.process.Schedules;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.sampler.SamplerSettings;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.sampler.Spacings;
import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingException;
import brume.diffusion.settings.Settings;
import brume.nn.optim.LearningRate;
import brume.tensor.Shape;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All a run is told: a choice for each of its parts, with the settings of the kind chosen.
 *
 * @param brume version that wrote it
 * @param seed of all random numbers
 * @param data what to learn from
 * @param augmentation what is done to pictures before they are learned from
 * @param latents the form in which the network sees them
 * @param patch side of the squares of pixels that are moved into the channels before the network and
 *     back behind it; 1 for none
 * @param network what learns
 * @param condition what it is told besides noisy data
 * @param process what it learns to reverse
 * @param objective what it minimizes
 * @param optimizer how its parameters move
 * @param rate how fast
 * @param average what is kept of the way they took, for sampling
 * @param training how long and in which portions
 * @param sampler how samples are drawn
 * @param clipping of estimates of the data while they are
 * @param guidance how samples are led to their class
 * @param bestOf how many pictures of a text are drawn for the one that is kept
 * @param samples what is shown on the way and at the end
 * @param evaluation how samples are judged on the way
 */
public record Recipe(
    @About(value = "Version that wrote it.", fileOnly = true) String brume,
    @About("Seed of all random numbers.") long seed,
    @About("What to learn from.") DataSettings data,
    @About("What is done to pictures before they are learned from.")
        AugmentationSettings augmentation,
    @About("The form in which the network sees them.") LatentSettings latents,
    @About(
            value = "Side of the squares of pixels moved into the channels; 1 for none.",
            min = 1,
            max = 16)
        int patch,
    @About("What learns.") NetworkSettings network,
    @About("What the network is told besides noisy data.") ConditionSettings condition,
    @About("What the network learns to reverse.") ProcessSettings process,
    @About("What training minimizes.") ObjectiveSettings objective,
    @About("How parameters move.") OptimizerSettings optimizer,
    @About("How the learning rate changes.") RateSettings rate,
    @About("What averages of the parameters are kept.") AverageSettings average,
    TrainingSettings training,
    @About("How samples are drawn.") SamplerSettings sampler,
    @About("What happens to estimates of the data while samples are drawn.")
        ClippingSettings clipping,
    @About("How samples are led to their class; a number is a scale of classifier-free guidance.")
        GuidanceSettings guidance,
    @About(
            value =
                "Pictures drawn of a text for each that is kept: the one that the run's towers find"
                    + " closest to it.",
            min = 1,
            max = 1024)
        int bestOf,
    SamplesSettings samples,
    EvaluationSettings evaluation) {

  /** Reads and writes recipes. */
  public static final Settings ENGINE = new Settings(List.of(
      Datasets.CATALOG,
      Augmentations.CATALOG,
      Latents.CATALOG,
      Networks.CATALOG,
      Conditions.CATALOG,
      TimeEncodings.CATALOG,
      Processes.CATALOG,
      Schedules.CATALOG,
      LogSnrs.CATALOG,
      FlowTimesKinds.CATALOG,
      Objectives.CATALOG,
      Errors.CATALOG,
      Weightings.CATALOG,
      TimesOfTraining.CATALOG,
      Optimizers.CATALOG,
      Rates.CATALOG,
      Averages.CATALOG,
      Clips.CATALOG,
      Samplers.CATALOG,
      Spacings.CATALOG,
      Clippings.CATALOG,
      Guidances.CATALOG));

  /**
   * What the network sees and must tell.
   *
   * @return sizes in pixels, before they are moved into patches
   */
  public Task task() {
    Shape picture = sampled();
    int channels = picture.dim(2);
    int outputs = objective.outputs(process.create(Clipping.none()), channels, data.classes());
    int seen = channels + condition.channels(channels);
    return new Task(
        picture.dim(0), picture.dim(1), seen, outputs, classes().size(), condition.tokenChannels());
  }

  /**
   * Sizes of one sample as the process and the network see it.
   *
   * @return (H, W, C)
   */
  public Shape sampled() {
    return latents.of(data.shape());
  }

  /**
   * The classes that the network is told.
   *
   * @return their names; empty if it is told none
   * @throws SettingException if it shall be told some and the data have none
   */
  public List<String> classes() {
    return condition.classes(data.classes());
  }

  /**
   * Frames of each sample, which lie one below the other.
   *
   * @return 1 unless data or network are of videos
   */
  public int frames() {
    return Math.max(data.frames(), network.frames());
  }

  /**
   * Runs that it builds upon.
   *
   * @return their folders, within that of the run or whole paths, in the order in which they are trained
   */
  public List<String> buildsOn() {
    return Stream.of(
            latents.from(),
            condition.texts(),
            condition.pictures(),
            condition.drawnBy(),
            condition.judgedBy())
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The run, or the folder, that says something of texts to the network.
   *
   * @return within the folder of the run or a whole path; empty for none
   */
  public Optional<String> saysTexts() {
    return condition.texts();
  }

  /**
   * Layers at the end of a text tower that are left out of what it says to the network.
   *
   * @return 0 for all that it has
   */
  public int skippedOfTexts() {
    return condition.skipped();
  }

  /**
   * The way back as samplers take it.
   *
   * @return with clipping
   */
  public TrainedProcess reverse() {
    return process.create(clipping.create());
  }

  /**
   * The learning rate of every step.
   *
   * @return with all its warm-ups
   */
  public LearningRate learningRate() {
    LearningRate plain = rate.create(training.steps());
    int after = training.rewarmAfter(), over = training.rewarm();
    return over == 0
        ? plain
        : step -> plain.at(step) * (step < after ? 1 : Math.min((step - after + 1.0) / over, 1));
  }

  /**
   * This recipe, checked as {@link #checked} does, and for what would only spoil training.
   *
   * @return itself
   * @throws SettingException if something does not fit
   */
  public Recipe trainable() {
    Recipe whole = checked();
    new RecipeCheck(this).requireTrainable();
    return whole;
  }

  /**
   * Refuses settings that do not fit together, before anything is written or allocated.
   *
   * @return this
   * @throws IllegalArgumentException with the setting to change; a {@link SettingException} where it
   *     speaks of settings
   */
  public Recipe checked() {
    ENGINE.read(ENGINE.write(this), this); // ranges hold for records made in Java, too
    new RecipeCheck(this).requireFitting();
    return this;
  }

  /**
   * The same run but for some parts, as in {@code recipe.with(network, optimizer)}.
   *
   * @param parts settings, each in place of those of its choice
   * @return not yet {@linkplain #checked checked}
   * @throws IllegalArgumentException if something is no part of a recipe
   */
  public Recipe with(Object... parts) {
    return Settings.with(this, parts);
  }

  /**
   * The same run with other random numbers.
   *
   * @param other seed of all of them
   * @return the recipe
   */
  public Recipe withSeed(long other) {
    return ENGINE.read(JsonNodeFactory.instance.objectNode().put("seed", other), this);
  }

  /**
   * The same run with pixels moved into the channels.
   *
   * @param side of the squares of pixels; 1 for none
   * @return the recipe
   * @throws SettingException if there are no such squares
   */
  public Recipe withPatch(int side) {
    return ENGINE.read(JsonNodeFactory.instance.objectNode().put("patch", side), this);
  }

  /**
   * The same run with more or fewer pictures to choose from.
   *
   * @param pictures drawn of a text for each that is kept
   * @return the recipe
   */
  public Recipe withBestOf(int pictures) {
    return ENGINE.read(JsonNodeFactory.instance.objectNode().put("bestOf", pictures), this);
  }

  /**
   * The same run with another warm-up of the learning rate.
   *
   * @param steps until the rate has its full size
   * @return the recipe
   */
  public Recipe withWarmup(int steps) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.putObject("rate").put("warmup", steps);
    return ENGINE.read(tree, this);
  }

  /**
   * The same run, as a version of Brume writes it.
   *
   * @param version the version
   * @return the recipe
   */
  public Recipe writtenBy(String version) {
    return ENGINE.read(JsonNodeFactory.instance.objectNode().put("brume", version), this);
  }

  /**
   * The same run with the length and the showing of another, which are all that may change on the way.
   *
   * @param other the other
   * @return this but for the number of steps, the checkpoints and the samples
   */
  public Recipe withShowingOf(Recipe other) {
    TrainingSettings t = other.training;
    TrainingSettings same = new TrainingSettings(
        t.steps(),
        training.batch(),
        training.accumulate(),
        training.clip(),
        t.checkpointEvery(),
        t.keep(),
        t.rewarmAfter(),
        t.rewarm());
    return writtenBy(other.brume)
        .withBestOf(other.bestOf)
        .with(same, other.sampler, other.clipping, other.guidance, other.samples, other.evaluation);
  }
}
