package brume.diffusion.objective;

import brume.diffusion.likelihood.VariationalBound;
import brume.diffusion.process.ContinuousProcess;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ReverseProcess;
import brume.diffusion.process.TrainedProcess;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.nn.Role;
import brume.nn.autoencoder.AutoencoderLoss;
import java.util.List;

/** What training may minimize, by name. */
public final class Objectives {

  private static final double SMALLEST = 1e-12; // probability of a pixel, as in improved-diffusion
  static final String TIMES =
      "Times visited in training: all alike, more often where the loss is large, or around a middle.";

  static final String HELD_BACK =
      "Pictures that are not learned from, but measured; at most a tenth of all.";

  /** All of them. */
  public static final Catalog<ObjectiveSettings> CATALOG = Catalog.of(
          "objective", "objectives", ObjectiveSettings.class)
      .add(
          "denoising",
          new Denoising(
              new Errors.Squared(),
              new Weightings.MinSnr(5),
              NoiseSettings.PLAIN,
              new TimesOfTraining.Uniform()),
          "The weighted error of what the network predicts.",
          "Ho et al. (2020), eq. 14")
      .add(
          "hybrid",
          new Hybrid(
              0.001, new Weightings.Uniform(), NoiseSettings.PLAIN, new TimesOfTraining.Uniform()),
          "The error, and a small share of the bound, which teaches the variance.",
          "Nichol and Dhariwal (2021), eq. 16")
      .add(
          "kl",
          new Kl(1, NoiseSettings.PLAIN, new TimesOfTraining.Uniform()),
          "The variational bound of the likelihood.",
          "Ho et al. (2020), eq. 5")
      .add(
          "weighted",
          new Weighted(0.1, 0.1, NoiseSettings.PLAIN, new TimesOfTraining.Uniform()),
          "The errors of both noise and data, and of the mixture that the network makes of them.",
          "denoising-diffusion-pytorch, weighted_objective_gaussian_diffusion")
      .add(
          "classifier",
          new Classifier(1000, false),
          "How unexpected classes of noisy data are, for sample --classifier and eval.",
          "Dhariwal and Nichol (2021), section 4")
      .add(
          "autoencoder",
          new Autoencoding(new Errors.Absolute(), 1e-6, 64),
          "How far pictures that were made smaller and large again are from what they were.",
          "Kingma and Welling (2013); Rombach et al. (2022), section G")
      .add(
          "contrastive",
          new Contrastive(500),
          "How well pictures and their captions are told from others, for --network clip.",
          "Radford et al. (2021), section 2.3");

  private Objectives() {}

  /** Refuses weights of which that of the last time is 0, as sampling begins there. */
  private static void requireLastTime(WeightingSettings weighting, TrainedProcess trained) {
    boolean counts = trained.either(
        process -> {
          double snr = process.q().schedule().snr(process.q().steps() - 1);
          return weighting.create(process.prediction()).weight(snr) > 0;
        },
        process -> true);
    SettingException.unless(
        counts,
        "{weighting}: expected uniform or data with a {schedule} that leaves nothing of the data at its last time,"
            + " which would count 0 in training though sampling begins there, got another");
  }

  /**
   * {@link DenoisingLoss}.
   *
   * @param error what a difference costs
   * @param weighting of times
   * @param noise what it is made of
   * @param times how often each is visited
   */
  public record Denoising(
      @About("What a difference costs.") ErrorSettings error,
      @About("How much the error at each time counts.") WeightingSettings weighting,
      NoiseSettings noise,
      @About(value = TIMES, option = "timestep-sampling") TimesSettings times)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess process) {
      return process.either(this::inSteps, this::inContinuousTime);
    }

    @Override
    public void requireTrainable(TrainedProcess process) {
      requireLastTime(weighting, process);
    }

    private Objective inSteps(ReverseProcess process) {
      SettingException.unless(
          !process.variance().isLearned(),
          "{objective}: expected hybrid or kl with {variance} %s, since denoising does not teach variances, got"
              + " denoising",
          process.variance().toString().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
      SettingException.unless(
          process.prediction() != Prediction.BOTH,
          "{objective}: expected weighted with {predict} both, got denoising");
      TrainingLoss loss = new DenoisingLoss(
          process.q(),
          process.prediction(),
          weighting.create(process.prediction()),
          error.create());
      return new NoisyObjective(loss, noise.create(), times.create(process.q().steps()));
    }

    private Objective inContinuousTime(ContinuousProcess process) {
      times.requireDrawnByProcess();
      return new ContinuousObjective(
          new ContinuousLoss(process, weighting, error.create()), noise.create());
    }
  }

  /**
   * {@link WeightedLoss}.
   *
   * @param noiseWeight of the error of the noise
   * @param dataWeight of the error of the data
   * @param noise what it is made of
   * @param times how often each is visited
   */
  public record Weighted(
      @About(value = "Weight of the error of the noise.", min = 0) double noiseWeight,
      @About(value = "Weight of the error of the data.", min = 0) double dataWeight,
      NoiseSettings noise,
      @About(value = TIMES, option = "timestep-sampling") TimesSettings times)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess trained) {
      ReverseProcess process = trained.discrete(
          "{objective}: expected denoising with a continuous {process}, got another");
      SettingException.unless(
          process.prediction() == Prediction.BOTH,
          "{predict}: expected both with {objective} weighted, got %s",
          process.prediction());
      TrainingLoss loss = new WeightedLoss(process.q(), noiseWeight, dataWeight);
      return new NoisyObjective(loss, noise.create(), times.create(process.q().steps()));
    }
  }

  /**
   * {@link HybridLoss}.
   *
   * @param factor weight of the bound
   * @param weighting of times, for the error
   * @param noise what it is made of
   * @param times how often each is visited
   */
  public record Hybrid(
      @About(value = "Weight of the bound.", min = 0, option = "bound-factor") double factor,
      @About("How much the error at each time counts.") WeightingSettings weighting,
      NoiseSettings noise,
      @About(value = TIMES, option = "timestep-sampling") TimesSettings times)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess trained) {
      ReverseProcess process = trained.discrete(
          "{objective}: expected denoising with a continuous {process}, got another");
      SettingException.unless(
          process.variance().isLearned(),
          "{variance}: expected learned or learned-range with {objective} hybrid, which teaches it, got a fixed one");
      DenoisingLoss simple = new DenoisingLoss(
          process.q(), process.prediction(), weighting.create(process.prediction()));
      TrainingLoss loss = new HybridLoss(
          simple, new VariationalBound(process, SMALLEST), factor, HybridLoss.Stop.PREDICTION);
      return new NoisyObjective(loss, noise.create(), times.create(process.q().steps()));
    }

    @Override
    public void requireTrainable(TrainedProcess process) {
      requireLastTime(weighting, process);
    }
  }

  /**
   * {@link VariationalLoss}.
   *
   * @param factor what the mean of the terms is multiplied with
   * @param noise what it is made of
   * @param times how often each is visited
   */
  public record Kl(
      @About(
              value = "What the mean of the bound's terms is multiplied with.",
              min = 0,
              option = "bound-factor")
          double factor,
      NoiseSettings noise,
      @About(value = TIMES, option = "timestep-sampling") TimesSettings times)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess trained) {
      ReverseProcess process = trained.discrete(
          "{objective}: expected denoising with a continuous {process}, got another");
      TrainingLoss loss = new VariationalLoss(new VariationalBound(process, SMALLEST), factor);
      return new NoisyObjective(loss, noise.create(), times.create(process.q().steps()));
    }
  }

  /**
   * {@link AutoencoderObjective}.
   *
   * @param error what a difference costs
   * @param klWeight of the divergence of latents from the standard normal distribution
   * @param heldBack pictures that are not learned from, at most a tenth of the data
   */
  public record Autoencoding(
      @About("What a difference costs.") ErrorSettings error,
      @About(
              value =
                  "Weight of how far latents are from standard normal ones, in nats of a picture.",
              min = 0)
          double klWeight,
      @About(value = HELD_BACK, min = 1, max = 4096) int heldBack)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess process) {
      requireNothingLearned(process, "autoencoder");
      return new AutoencoderObjective(new AutoencoderLoss(error.create()::of, klWeight));
    }

    @Override
    public int outputs(TrainedProcess process, int channels, List<String> classes) {
      return channels;
    }

    @Override
    public Role role() {
      return Role.AUTOENCODER;
    }

    @Override
    public boolean shows() {
      return true;
    }
  }

  /** Refuses a process with something to learn, which the objective of a name does not teach. */
  private static void requireNothingLearned(TrainedProcess process, String objective) {
    boolean learned = process.either(
        numbered -> false, continuous -> continuous.learned(new double[] {0}).isPresent());
    SettingException.unless(
        !learned,
        "{logSnr}: expected another than learned with {objective} %s, which does not teach it, got learned",
        objective);
  }

  /**
   * {@link ClassifierObjective}.
   *
   * @param heldBack pictures that are not learned from, at most a tenth of the data
   * @param clean whether there is no noise
   */
  public record Classifier(
      @About(
              value = "Pictures that are not learned from, but measured; at most a tenth of all.",
              min = 1,
              max = 4096)
          int heldBack,
      @About(
              "Whether pictures are shown without noise: better features for eval, of no use for sample.")
          boolean clean)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess process) {
      requireNothingLearned(process, "classifier");
      return new ClassifierObjective(process, clean);
    }

    @Override
    public boolean seesNoise() {
      return !clean;
    }

    @Override
    public int outputs(TrainedProcess process, int channels, List<String> classes) {
      SettingException.unless(
          classes.size() > 1,
          "{objective}: expected {data} with two classes or more for a classifier, got %d",
          classes.size());
      return classes.size();
    }

    @Override
    public boolean tellsClasses() {
      return true;
    }

    @Override
    public boolean teaches(Role role) {
      return role == Role.CLASSIFIER || role == role();
    }
  }

  /**
   * {@link ContrastiveObjective}.
   *
   * @param heldBack pictures that are not learned from, at most a tenth of the data
   */
  public record Contrastive(@About(value = HELD_BACK, min = 1, max = 4096) int heldBack)
      implements ObjectiveSettings {
    @Override
    public Objective create(TrainedProcess process) {
      requireNothingLearned(process, "contrastive");
      return new ContrastiveObjective();
    }

    @Override
    public int outputs(TrainedProcess process, int channels, List<String> classes) {
      return channels; // nothing is answered
    }

    @Override
    public Role role() {
      return Role.TOWERS;
    }

    @Override
    public int leastBatch() {
      return 2; // of which each is told from the others
    }
  }
}
