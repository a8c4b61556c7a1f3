package brume.diffusion.recipe;

import brume.diffusion.data.DataSettings;
import brume.diffusion.guidance.GuidanceSettings;
import brume.diffusion.network.NetworkSettings;
import brume.diffusion.objective.ConditionSettings;
import brume.diffusion.objective.ObjectiveSettings;
import brume.diffusion.optimize.AverageSettings;
import brume.diffusion.optimize.OptimizerSettings;
import brume.diffusion.optimize.RateSettings;
import brume.diffusion.process.ClippingSettings;
import brume.diffusion.process.ProcessSettings;
import brume.diffusion.sampler.SamplerSettings;
import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** Changes some parts of a {@link Recipe}. Mutable; begins with those of another one. */
public final class RecipeBuilder {

  private String brume;
  private long seed;
  private DataSettings data;
  private int patch;
  private NetworkSettings network;
  private ConditionSettings condition;
  private ProcessSettings process;
  private ObjectiveSettings objective;
  private OptimizerSettings optimizer;
  private RateSettings rate;
  private AverageSettings average;
  private TrainingSettings training;
  private SamplerSettings sampler;
  private ClippingSettings clipping;
  private GuidanceSettings guidance;
  private SamplesSettings samples;

  RecipeBuilder(Recipe base) {
    this.brume = base.brume();
    this.seed = base.seed();
    this.data = base.data();
    this.patch = base.patch();
    this.network = base.network();
    this.condition = base.condition();
    this.process = base.process();
    this.objective = base.objective();
    this.optimizer = base.optimizer();
    this.rate = base.rate();
    this.average = base.average();
    this.training = base.training();
    this.sampler = base.sampler();
    this.clipping = base.clipping();
    this.guidance = base.guidance();
    this.samples = base.samples();
  }

  /**
   * Chooses the version.
   *
   * @param other version that writes it
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder brume(String other) {
    this.brume = other;
    return this;
  }

  /**
   * Chooses the seed of all random numbers.
   *
   * @param other of all random numbers
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder seed(long other) {
    this.seed = other;
    return this;
  }

  /**
   * Chooses what to learn from.
   *
   * @param other what to learn from
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder data(DataSettings other) {
    this.data = other;
    return this;
  }

  /**
   * Chooses how many pixels are moved into the channels.
   *
   * @param other side of the squares of pixels moved into the channels; 1 for none
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder patch(int other) {
    this.patch = other;
    return this;
  }

  /**
   * Chooses what learns.
   *
   * @param other what learns
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder network(NetworkSettings other) {
    this.network = other;
    return this;
  }

  /**
   * Chooses what it is told.
   *
   * @param other what it is told besides noisy data
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder condition(ConditionSettings other) {
    this.condition = other;
    return this;
  }

  /**
   * Chooses what it learns to reverse.
   *
   * @param other what it learns to reverse
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder process(ProcessSettings other) {
    this.process = other;
    return this;
  }

  /**
   * Chooses what it minimizes.
   *
   * @param other what it minimizes
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder objective(ObjectiveSettings other) {
    this.objective = other;
    return this;
  }

  /**
   * Chooses how parameters move.
   *
   * @param other how parameters move
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder optimizer(OptimizerSettings other) {
    this.optimizer = other;
    return this;
  }

  /**
   * Chooses how fast.
   *
   * @param other how fast
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder rate(RateSettings other) {
    this.rate = other;
    return this;
  }

  /**
   * Chooses what is kept of the way they took.
   *
   * @param other what is kept of the way they took
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder average(AverageSettings other) {
    this.average = other;
    return this;
  }

  /**
   * Chooses how long and in which portions.
   *
   * @param other how long and in which portions
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder training(TrainingSettings other) {
    this.training = other;
    return this;
  }

  /**
   * Chooses how samples are drawn.
   *
   * @param other how samples are drawn
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder sampler(SamplerSettings other) {
    this.sampler = other;
    return this;
  }

  /**
   * Chooses what happens to estimates of the data.
   *
   * @param other of estimates of the data while they are
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder clipping(ClippingSettings other) {
    this.clipping = other;
    return this;
  }

  /**
   * Chooses how samples are led to their class.
   *
   * @param other how they are
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder guidance(GuidanceSettings other) {
    this.guidance = other;
    return this;
  }

  /**
   * Chooses what is shown on the way and at the end.
   *
   * @param other what is shown on the way and at the end
   * @return this
   */
  @CanIgnoreReturnValue
  public RecipeBuilder samples(SamplesSettings other) {
    this.samples = other;
    return this;
  }

  /**
   * The recipe.
   *
   * @return with all that was chosen; not yet {@linkplain Recipe#checked checked}
   */
  public Recipe build() {
    return new Recipe(
        brume, seed, data, patch, network, condition, process, objective, optimizer, rate, average,
        training, sampler, clipping, guidance, samples);
  }
}
