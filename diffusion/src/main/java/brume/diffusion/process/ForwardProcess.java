package brume.diffusion.process;

import brume.autograd.Variable;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * How data become noise, and what is known about the way back while the data are known. Every
 * quantity is a mixture of two others whose factors depend on the sample's time.
 *
 * <pre>
 *   q(x_t | x_0)        x_t = √ᾱ·x_0 + √(1 − ᾱ)·ε                                Ho 2020, eq. 4
 *   q(x_{t−1} | x_t, x_0)
 *       mean      μ̃ = √ᾱ₋·β/(1 − ᾱ)·x_0 + √α·(1 − ᾱ₋)/(1 − ᾱ)·x_t                Ho 2020, eq. 7
 *       variance  β̃ = (1 − ᾱ₋)/(1 − ᾱ)·β              ᾱ₋ = ᾱ of one step before
 *   v = √ᾱ·ε − √(1 − ᾱ)·x_0                                            Salimans 2022, appendix D
 * </pre>
 *
 * <p>Argument {@code t} is always (N), the time of every sample, from 0 to T − 1. Where work is recorded, a
 * repetition looks at the same array again.
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho, Jain and Abbeel, Denoising Diffusion
 *     Probabilistic Models (2020)</a>
 * @see <a href="https://arxiv.org/abs/2202.00512">Salimans and Ho, Progressive Distillation for Fast
 *     Sampling of Diffusion Models (2022)</a>
 */
public final class ForwardProcess {

  private final NoiseSchedule schedule;
  private final LogVarianceFloor floor;

  /**
   * The process with the variances of a schedule and {@link LogVarianceFloor#TINY}.
   *
   * @param schedule β of every step
   */
  public ForwardProcess(NoiseSchedule schedule) {
    this(schedule, LogVarianceFloor.TINY);
  }

  /**
   * The process with the variances of a schedule.
   *
   * @param schedule β of every step
   * @param floor what the logarithm of the posterior's variance is at the first step
   */
  public ForwardProcess(NoiseSchedule schedule, LogVarianceFloor floor) {
    this.schedule = schedule;
    this.floor = floor;
  }

  /**
   * This process with other variances and the same floor.
   *
   * @param other β of every step
   * @return the process
   */
  public ForwardProcess withSchedule(NoiseSchedule other) {
    return new ForwardProcess(other, floor);
  }

  /**
   * Its variances.
   *
   * @return the schedule
   */
  public NoiseSchedule schedule() {
    return schedule;
  }

  /**
   * Number of times.
   *
   * @return T
   */
  public int steps() {
    return schedule.steps();
  }

  // ---- q(x_t | x_0), and its solutions for x_0 and ε

  /**
   * Standard deviation of what is left of the data.
   *
   * @param t time
   * @return √ᾱ
   */
  public double signal(int t) {
    return Math.sqrt(schedule.alphaBar(t));
  }

  /**
   * Standard deviation of the noise.
   *
   * @param t time
   * @return √(1 − ᾱ)
   */
  public double noise(int t) {
    return Math.sqrt(1 - schedule.alphaBar(t));
  }

  /**
   * Data with noise.
   *
   * @param x0 (N, ...) data
   * @param t (N) times
   * @param epsilon (N, ...) noise
   * @return (N, ...) x_t
   */
  public Variable sample(Variable x0, int[] t, Variable epsilon) {
    return mix(t, this::signal, x0, this::noise, epsilon);
  }

  /**
   * The data that become x_t with this noise.
   *
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param epsilon (N, ...) noise
   * @return (N, ...) x_0
   */
  public Variable x0FromEpsilon(Variable xt, int[] t, Variable epsilon) {
    return mix(t, s -> 1 / signal(s), xt, s -> -Math.sqrt(1 / schedule.alphaBar(s) - 1), epsilon);
  }

  /**
   * The noise that makes x_t of these data.
   *
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param x0 (N, ...) data
   * @return (N, ...) ε
   */
  public Variable epsilonFromX0(Variable xt, int[] t, Variable x0) {
    return mix(t, s -> 1 / noise(s), xt, s -> -signal(s) / noise(s), x0);
  }

  /**
   * The velocity of x_t when data and noise are seen as the two axes of a circle.
   *
   * @param x0 (N, ...) data
   * @param t (N) times
   * @param epsilon (N, ...) noise
   * @return (N, ...) v
   */
  public Variable v(Variable x0, int[] t, Variable epsilon) {
    return mix(t, this::signal, epsilon, s -> -noise(s), x0);
  }

  /**
   * The data that become x_t with this velocity.
   *
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param v (N, ...) velocity
   * @return (N, ...) x_0
   */
  public Variable x0FromV(Variable xt, int[] t, Variable v) {
    return mix(t, this::signal, xt, s -> -noise(s), v);
  }

  /**
   * The noise of x_t with this velocity.
   *
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @param v (N, ...) velocity
   * @return (N, ...) ε
   */
  public Variable epsilonFromV(Variable xt, int[] t, Variable v) {
    return mix(t, this::noise, xt, this::signal, v);
  }

  // ---- q(x_{t−1} | x_t, x_0)

  /**
   * Mean of one step back.
   *
   * @param x0 (N, ...) data
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @return (N, ...) μ̃
   */
  public Variable posteriorMean(Variable x0, Variable xt, int[] t) {
    return mix(t, this::posteriorOfX0, x0, this::posteriorOfXt, xt);
  }

  /**
   * The data for which one step back from x_t has this mean.
   *
   * @param mean (N, ...) μ̃
   * @param xt (N, ...) data with noise
   * @param t (N) times
   * @return (N, ...) x_0
   */
  public Variable x0FromMean(Variable mean, Variable xt, int[] t) {
    return mix(t, s -> 1 / posteriorOfX0(s), mean, s -> -posteriorOfXt(s) / posteriorOfX0(s), xt);
  }

  /**
   * Variance of one step back.
   *
   * @param t time
   * @return β̃, 0 at the first time
   */
  public double posteriorVariance(int t) {
    return schedule.beta(t) * (1 - schedule.alphaBarBefore(t)) / (1 - schedule.alphaBar(t));
  }

  /**
   * Logarithm of the variance of one step back, finite also at the first time.
   *
   * @param t time
   * @return log β̃ with the process's floor
   */
  public double posteriorLogVariance(int t) {
    return floor.logOf(this, t);
  }

  /**
   * Share of the data in the mean of one step back.
   *
   * @param t time
   * @return √ᾱ₋·β/(1 − ᾱ)
   */
  public double posteriorOfX0(int t) {
    return schedule.beta(t) * Math.sqrt(schedule.alphaBarBefore(t)) / (1 - schedule.alphaBar(t));
  }

  /**
   * Share of x_t in the mean of one step back.
   *
   * @param t time
   * @return √α·(1 − ᾱ₋)/(1 − ᾱ)
   */
  public double posteriorOfXt(int t) {
    return (1 - schedule.alphaBarBefore(t))
        * Math.sqrt(schedule.alpha(t))
        / (1 - schedule.alphaBar(t));
  }

  private static Variable mix(
      int[] t, IntToDoubleFunction alpha, Variable a, IntToDoubleFunction beta, Variable b) {
    return Mix.ofSamples(
        () -> Arrays.stream(t).mapToDouble(alpha).toArray(),
        a,
        () -> Arrays.stream(t).mapToDouble(beta).toArray(),
        b);
  }
}
