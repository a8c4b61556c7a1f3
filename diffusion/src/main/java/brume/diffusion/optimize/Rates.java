package brume.diffusion.optimize;

import brume.diffusion.settings.About;
import brume.diffusion.settings.Catalog;
import brume.diffusion.settings.SettingException;
import brume.nn.optim.LearningRate;
import java.util.ArrayList;
import java.util.List;

/** The ways a learning rate may change, by name, each after a warm-up. */
public final class Rates {

  static final String LR = "Learning rate after the warm-up.";
  static final String WARMUP =
      "Steps until the learning rate has its full size; unless given, at most a tenth of --steps.";
  static final String END = "Learning rate at the end.";

  /** All of them. */
  public static final Catalog<RateSettings> CATALOG = Catalog.of(
          "learning rate", "rates", RateSettings.class)
      .add(
          "cosine",
          new Cosine(1e-3, 100, 0),
          "Falls along half a cosine.",
          "Loshchilov and Hutter (2017), without restarts")
      .add("constant", new Constant(1e-4, 0), "Stays.", "")
      .add(
          "linear",
          new Linear(1e-4, 0),
          "Falls along a line to 0.",
          "diffusers, get_linear_schedule_with_warmup")
      .add(
          "cosine-restarts",
          new CosineRestarts(1e-3, 100, 0, 4),
          "Falls along half a cosine, several times.",
          "Loshchilov and Hutter (2017), eq. 5")
      .add(
          "polynomial",
          new Polynomial(1e-3, 100, 1e-7, 1),
          "Falls like a power of the steps that are left.",
          "diffusers, get_polynomial_decay_schedule_with_warmup")
      .add(
          "piecewise",
          new Piecewise(1e-3, 100, List.of(1000, 2000), List.of(0.1, 0.01)),
          "Changes by a factor at some steps.",
          "diffusers, get_piecewise_constant_schedule; PyTorch, MultiStepLR")
      .add(
          "inverse-square-root",
          new InverseSquareRoot(1e-2, 100, 1000),
          "Falls like one over the root of the steps, after some.",
          "Karras et al. (2023), eq. 67")
      .add(
          "exponential",
          new Exponential(1e-3, 100, 0.999),
          "Falls by the same factor in every step.",
          "PyTorch, ExponentialLR");

  private Rates() {}

  /**
   * {@link LearningRate#constant}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   */
  public record Constant(
      @About(value = LR, min = 0) double lr, @About(value = WARMUP, min = 0) int warmup)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.constant(lr);
    }
  }

  /**
   * {@link LearningRate#linear}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   */
  public record Linear(
      @About(value = LR, min = 0) double lr, @About(value = WARMUP, min = 0) int warmup)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.linear(lr, steps);
    }
  }

  /**
   * {@link LearningRate#cosine}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   * @param end rate after the last step
   */
  public record Cosine(
      @About(value = LR, min = 0) double lr,
      @About(value = WARMUP, min = 0) int warmup,
      @About(value = END, min = 0, option = "lr-end") double end)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.cosine(lr, end, steps);
    }
  }

  /**
   * {@link LearningRate#cosineWithRestarts}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   * @param end rate that each wave approaches
   * @param cycles number of waves
   */
  public record CosineRestarts(
      @About(value = LR, min = 0) double lr,
      @About(value = WARMUP, min = 0) int warmup,
      @About(value = END, min = 0, option = "lr-end") double end,
      @About(value = "How often the rate falls.", min = 1, option = "lr-cycles") int cycles)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.cosineWithRestarts(lr, end, cycles, steps);
    }
  }

  /**
   * {@link LearningRate#polynomial}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   * @param end rate after the last step
   * @param power 1 for a line
   */
  public record Polynomial(
      @About(value = LR, min = 0) double lr,
      @About(value = WARMUP, min = 0) int warmup,
      @About(value = END, min = 0, option = "lr-end") double end,
      @About(
              value = "Power of the steps that are left; 1 for a line.",
              min = 1e-6,
              option = "lr-power")
          double power)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.polynomial(lr, end, power, steps);
    }
  }

  /**
   * {@link LearningRate#inverseSquareRoot}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   * @param reference steps that keep the full rate
   */
  public record InverseSquareRoot(
      @About(value = LR, min = 0) double lr,
      @About(value = WARMUP, min = 0) int warmup,
      @About(value = "Steps that keep the full rate.", min = 1, option = "lr-reference")
          int reference)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.inverseSquareRoot(lr, reference);
    }
  }

  /**
   * {@link LearningRate#exponential}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   * @param factor of each step
   */
  public record Exponential(
      @About(value = LR, min = 0) double lr,
      @About(value = WARMUP, min = 0) int warmup,
      @About(value = "Factor of each step.", min = 1e-6, max = 1, option = "lr-factor")
          double factor)
      implements RateSettings {
    @Override
    public LearningRate full(long steps) {
      return LearningRate.exponential(lr, factor);
    }
  }

  /**
   * {@link LearningRate#piecewiseConstant}.
   *
   * @param lr rate after the warm-up
   * @param warmup steps until then
   * @param milestones steps at which the rate changes
   * @param factors of the rate from each milestone on
   */
  public record Piecewise(
      @About(value = LR, min = 0) double lr,
      @About(value = WARMUP, min = 0) int warmup,
      @About(value = "Steps at which the rate changes.", min = 1, option = "lr-milestones")
          List<Integer> milestones,
      @About(value = "Factors of the rate from each milestone on.", min = 0, option = "lr-factors")
          List<Double> factors)
      implements RateSettings {

    /** Refuses factors without milestones. {@inheritDoc} */
    public Piecewise {
      milestones = List.copyOf(milestones);
      factors = List.copyOf(factors);
      SettingException.unless(
          milestones.size() == factors.size(),
          "{factors}: expected one for each of the %d of {milestones}, got %d",
          milestones.size(),
          factors.size());
    }

    @Override
    public LearningRate full(long steps) {
      List<LearningRate.Piece> pieces = new ArrayList<>();
      double factor = 1;
      for (int i = 0; i < milestones.size(); i++) {
        pieces.add(new LearningRate.Piece(milestones.get(i), factor));
        factor = factors.get(i);
      }
      return LearningRate.piecewiseConstant(lr, pieces, factor);
    }
  }
}
