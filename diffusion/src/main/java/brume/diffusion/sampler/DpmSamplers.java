package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.diffusion.settings.About;
import brume.diffusion.settings.Inline;
import brume.diffusion.settings.SettingException;
import java.util.Locale;

/** Settings of the solvers that integrate in λ = log(α/σ): {@link DpmMultistep}. */
public final class DpmSamplers {

  static final String ORDER = "Order of the method.";
  static final String CORRECTION =
      "How a step of second order integrates the change of its estimate.";
  static final String POLYNOMIAL = "What is taken to be a polynomial in log(signal/noise).";
  static final String LOWER = "Lower the order of the last steps.";
  static final String THIRD = "Weight of the second derivative: as published, or exact.";
  static final String ENDING =
      "Orders of the last steps: lower ones if there are fewer than 15 steps, also of first order"
          + " at the end of more, or full.";

  private DpmSamplers() {}

  /** Refuses endings of steps that are of first order anyway. */
  static void requireEffect(int order, Ending ending) {
    SettingException.unless(
        order > 1 || ending == Ending.LOWER,
        "{ending}: expected lower with {order} 1, as no step has a higher order, got %s",
        ending.toString().toLowerCase(Locale.ROOT));
  }

  /** Refuses a lower end of steps that are of first order anyway. */
  static void requireEffect(int order, boolean lowerAtEnd) {
    SettingException.unless(
        order > 1 || lowerAtEnd,
        "{lowerAtEnd}: expected on with {order} 1, as no step has a higher order, got off");
  }

  /** Refuses a weight of the second derivative where there is none. */
  static void requireEffect(int order, ThirdOrder thirdOrder) {
    SettingException.unless(
        order > 2 || thirdOrder == ThirdOrder.EXACT,
        "{thirdOrder}: expected exact with {order} %d, as only steps of third order differ, got %s",
        order,
        thirdOrder.toString().toLowerCase(Locale.ROOT));
  }

  /** Refuses a correction of steps that have none. */
  static void requireEffect(int order, Correction correction) {
    SettingException.unless(
        order > 1 || correction == Correction.MIDPOINT,
        "{correction}: expected midpoint with {order} 1, as only steps of higher order differ, got %s",
        correction);
  }

  /**
   * DPM-Solver++(2M).
   *
   * @param grid levels that are visited
   * @param correction of second order
   * @param ending orders of the last steps
   */
  public record Dpmpp2m(
      @Inline LandingGrid grid,
      @About(CORRECTION) Correction correction,
      @About(ENDING) Ending ending)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(
          process,
          new DpmMultistep(2, Exponential.DATA, correction, ThirdOrder.PUBLISHED, false, ending));
    }
  }

  /**
   * DPM-Solver++(3M).
   *
   * @param grid levels that are visited
   * @param correction of the steps of second order
   * @param thirdOrder weight of the second derivative
   * @param ending orders of the last steps
   */
  public record Dpmpp3m(
      @Inline LandingGrid grid,
      @About(CORRECTION) Correction correction,
      @About(THIRD) ThirdOrder thirdOrder,
      @About(ENDING) Ending ending)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      return grid.sampler(
          process, new DpmMultistep(3, Exponential.DATA, correction, thirdOrder, false, ending));
    }
  }

  /**
   * DPM-Solver++ of the stochastic equation.
   *
   * @param grid levels that are visited
   * @param order 1, 2 or 3
   * @param correction of the steps of second order
   * @param ending orders of the last steps
   */
  public record DpmppSde(
      @Inline LandingGrid grid,
      @About(value = ORDER, min = 1, max = 3, option = "solver-order") int order,
      @About(CORRECTION) Correction correction,
      @About(ENDING) Ending ending)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      requireEffect(order, correction);
      requireEffect(order, ending);
      return grid.sampler(
          process,
          new DpmMultistep(order, Exponential.DATA, correction, ThirdOrder.EXACT, true, ending));
    }
  }

  /**
   * DPM-Solver, the noise as a polynomial.
   *
   * @param grid levels that are visited
   * @param order 1, 2 or 3
   * @param correction of the steps of second order
   * @param thirdOrder weight of the second derivative
   * @param ending orders of the last steps
   */
  public record DpmSolver(
      @Inline LandingGrid grid,
      @About(value = ORDER, min = 1, max = 3, option = "solver-order") int order,
      @About(CORRECTION) Correction correction,
      @About(THIRD) ThirdOrder thirdOrder,
      @About(ENDING) Ending ending)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      requireEffect(order, correction);
      requireEffect(order, thirdOrder);
      requireEffect(order, ending);
      return grid.sampler(
          process,
          new DpmMultistep(order, Exponential.NOISE, correction, thirdOrder, false, ending));
    }
  }

  /**
   * DEIS with polynomials in log(σ/α).
   *
   * @param grid levels that are visited
   * @param order 1, 2 or 3
   * @param ending orders of the last steps
   */
  public record Deis(
      @Inline LandingGrid grid,
      @About(value = ORDER, min = 1, max = 3, option = "solver-order") int order,
      @About(ENDING) Ending ending)
      implements SamplerSettings {
    @Override
    public Sampler create(TrainedProcess process) {
      requireEffect(order, ending);
      return grid.sampler(
          process,
          new DpmMultistep(
              order, Exponential.NOISE, Correction.HEUN, ThirdOrder.EXACT, false, ending));
    }
  }
}
