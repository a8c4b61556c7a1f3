package brume.diffusion.process;

import brume.tensor.Text;
import java.util.Arrays;

/**
 * How fast data becomes noise: the variances β of the forward steps and their products, in double.
 *
 * <table>
 *   <caption>Names and symbols</caption>
 *   <tr><td>{@link #steps}</td><td>T; times run from 0 (almost data) to T − 1 (almost noise)</td></tr>
 *   <tr><td>{@link #beta}</td><td>β[t], variance of the noise that step t adds</td></tr>
 *   <tr><td>{@link #alpha}</td><td>α[t] = 1 − β[t]</td></tr>
 *   <tr><td>{@link #alphaBar}</td><td>ᾱ[t] = α[0]·...·α[t], what is left of the data's variance</td></tr>
 *   <tr><td>{@link #alphaBarBefore}</td><td>ᾱ[t − 1], 1 before the first step</td></tr>
 *   <tr><td>{@link #snr}</td><td>ᾱ[t]/(1 − ᾱ[t]), the signal-to-noise ratio</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Ho, Jain and Abbeel, Denoising Diffusion
 *     Probabilistic Models (2020), section 2</a>
 */
public final class NoiseSchedule {

  private final double[] betas;
  private final double[] alphaBars;
  private final double[] alphaBarsBefore; // of the time each step leads back to

  private NoiseSchedule(double[] betas, double[] alphaBars, double[] alphaBarsBefore) {
    this.betas = betas;
    this.alphaBars = alphaBars;
    this.alphaBarsBefore = alphaBarsBefore;
  }

  /**
   * The schedule with these variances.
   *
   * @param betas β of every step, first step first, each in (0, 1]
   * @return the schedule
   * @throws IllegalArgumentException if there are none or one is outside the range
   */
  public static NoiseSchedule ofBetas(double... betas) {
    if (betas.length == 0) {
      throw new IllegalArgumentException("schedule: expected at least one step, got none");
    }
    double[] alphaBars = new double[betas.length], before = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      if (!(betas[t] > 0 && betas[t] <= 1)) {
        throw new IllegalArgumentException(Text.of(
            "schedule: expected every beta in (0, 1], got %s at time %d of %d; more steps make smaller betas",
            betas[t], t, betas.length));
      }
      before[t] = product;
      product *= 1 - betas[t];
      alphaBars[t] = product;
    }
    return new NoiseSchedule(betas.clone(), alphaBars, before);
  }

  /**
   * The schedule with these levels of noise.
   *
   * @param sigmas √((1 − ᾱ)/ᾱ) of every time, first time first, ascending
   * @return the schedule
   * @throws IllegalArgumentException if there are none or they do not ascend from above 0
   */
  public static NoiseSchedule ofSigmas(double... sigmas) {
    if (sigmas.length == 0) {
      throw new IllegalArgumentException("schedule: expected at least one sigma, got none");
    }
    double[] betas = new double[sigmas.length], alphaBars = new double[sigmas.length];
    double[] before = new double[sigmas.length];
    for (int t = 0; t < sigmas.length; t++) {
      if (!(sigmas[t] > (t == 0 ? 0 : sigmas[t - 1]))) {
        throw new IllegalArgumentException(Text.of(
            "schedule: expected sigmas that ascend from above 0, got %s", Arrays.toString(sigmas)));
      }
      before[t] = t == 0 ? 1 : alphaBars[t - 1];
      alphaBars[t] = 1 / (1 + sigmas[t] * sigmas[t]);
      betas[t] = 1 - alphaBars[t] / before[t];
    }
    return new NoiseSchedule(betas, alphaBars, before);
  }

  /**
   * β grows linearly from 0.1/T to 20/T, which is 10⁻⁴ to 0.02 at the usual 1000 steps.
   *
   * @param steps T, at least 20
   * @return the schedule of Ho et al. (2020), scaled to T
   */
  public static NoiseSchedule linear(int steps) {
    if (steps < 20) {
      throw new IllegalArgumentException(
          "linear schedule: expected at least 20 steps, as its last beta is 20/T, got " + steps);
    }
    double scale = 1000.0 / steps;
    return linear(steps, scale * 1e-4, scale * 0.02);
  }

  /**
   * β grows linearly.
   *
   * @param steps T
   * @param first β[0]
   * @param last β[T − 1]
   * @return the schedule of Ho et al. (2020), section 4
   */
  public static NoiseSchedule linear(int steps, double first, double last) {
    return ofBetas(Betas.linear(steps, first, last));
  }

  /**
   * √β grows linearly; also called quadratic.
   *
   * @param steps T
   * @param first β[0]
   * @param last β[T − 1]
   * @return the schedule of Stable Diffusion's kind
   */
  public static NoiseSchedule scaledLinear(int steps, double first, double last) {
    return ofBetas(Betas.scaledLinear(steps, first, last));
  }

  /**
   * β does not change.
   *
   * @param steps T
   * @param beta β of every step
   * @return the schedule
   */
  public static NoiseSchedule constant(int steps, double beta) {
    return ofBetas(Betas.warmup(steps, beta, beta, 0));
  }

  /**
   * β grows linearly at first and then stays.
   *
   * @param steps T
   * @param first β[0]
   * @param last β after the growth
   * @param fraction part of the steps in which β grows, in [0, 1]
   * @return the schedule
   */
  public static NoiseSchedule warmup(int steps, double first, double last, double fraction) {
    return ofBetas(Betas.warmup(steps, first, last, fraction));
  }

  /**
   * ᾱ falls linearly to 0: β[t] = 1/(T − t). The last β is 1, so noise cannot be predicted at T − 1.
   *
   * @param steps T
   * @return the schedule of Sohl-Dickstein et al. (2015)
   */
  public static NoiseSchedule harmonic(int steps) {
    return ofBetas(Betas.harmonic(steps));
  }

  /**
   * ᾱ falls like a squared cosine.
   *
   * @param steps T
   * @return the cosine schedule with the usual offset
   */
  public static NoiseSchedule cosine(int steps) {
    return cosine(steps, 0.008); // s of Nichol and Dhariwal (2021), below eq. 17
  }

  /**
   * ᾱ falls like a squared cosine.
   *
   * @param steps T
   * @param offset s, which keeps the first β from being too small
   * @return the schedule of Nichol and Dhariwal (2021), eq. 17
   */
  public static NoiseSchedule cosine(int steps, double offset) {
    return ofBetas(Betas.cosine(steps, offset));
  }

  /**
   * ᾱ falls like a sigmoid from −3 to 3.
   *
   * @param steps T
   * @return the sigmoid schedule with the usual range
   */
  public static NoiseSchedule sigmoid(int steps) {
    return sigmoid(steps, -3, 3, 1);
  }

  /**
   * ᾱ falls like a sigmoid.
   *
   * @param steps T
   * @param start argument of the sigmoid before the first step
   * @param end argument of the sigmoid after the last step
   * @param tau what arguments are divided by; smaller is steeper
   * @return the schedule of Jabri, Fleet and Chen (2022)
   */
  public static NoiseSchedule sigmoid(int steps, double start, double end, double tau) {
    return ofBetas(Betas.sigmoid(steps, start, end, tau));
  }

  /**
   * β grows like a sigmoid from −6 to 6.
   *
   * @param steps T
   * @param first what β comes from
   * @param last what β goes to
   * @return the schedule of GeoDiff, which diffusers calls sigmoid
   */
  public static NoiseSchedule sigmoidBetas(int steps, double first, double last) {
    return ofBetas(Betas.sigmoidBetas(steps, first, last));
  }

  /**
   * ᾱ falls like the root of a signal-to-noise ratio whose logarithm has a Laplace distribution.
   *
   * @param steps T
   * @return the schedule that diffusers calls laplace
   */
  public static NoiseSchedule laplace(int steps) {
    return ofBetas(Betas.laplace(steps));
  }

  /**
   * The process that visits only some times of this one, in steps as long as the gaps, and ends with
   * clean data.
   *
   * @param times ascending times of this schedule
   * @return a schedule of as many steps, whose ᾱ are those of this one
   */
  public NoiseSchedule respaced(int... times) {
    double[] before = new double[times.length];
    for (int k = 0; k < times.length; k++) {
      before[k] = k == 0 ? 1 : alphaBars[checked(times, k - 1)];
    }
    return respaced(times, before);
  }

  /**
   * The process that visits only some times of this one, in steps of any length.
   *
   * @param times ascending times of this schedule
   * @param before ᾱ that each step back leads to
   * @return a schedule of as many steps, whose ᾱ are those of this one
   */
  public NoiseSchedule respaced(int[] times, double[] before) {
    double[] newBetas = new double[times.length], newAlphaBars = new double[times.length];
    for (int k = 0; k < times.length; k++) {
      newAlphaBars[k] = alphaBars[checked(times, k)];
      newBetas[k] = 1 - newAlphaBars[k] / before[k];
    }
    return new NoiseSchedule(newBetas, newAlphaBars, before.clone());
  }

  /** Where the steps of this schedule lead, as times of another one, whose steps lead to data. */
  NoiseSchedule landings() {
    double[] all = new double[steps()], ones = new double[steps()];
    Arrays.setAll(all, t -> 1 - alphaBarsBefore[t]);
    Arrays.fill(ones, 1);
    return new NoiseSchedule(all, alphaBarsBefore, ones);
  }

  private int checked(int[] times, int k) {
    if (times[k] < 0 || times[k] >= steps() || k > 0 && times[k] < times[k - 1]) {
      throw new IllegalArgumentException(Text.of(
          "respaced: expected ascending times from 0 to %d, got %s",
          steps() - 1, Arrays.toString(times)));
    }
    return times[k];
  }

  /**
   * This schedule with √ᾱ shifted and scaled so that nothing of the data is left at the last time.
   *
   * @return the schedule of Lin et al. (2023), algorithm 1
   */
  public NoiseSchedule withZeroTerminalSnr() {
    return ofBetas(Betas.withZeroTerminalSnr(alphaBars));
  }

  /**
   * Whether another schedule leaves as much of the data at every time.
   *
   * @param other the other one
   * @return true if both have the same times
   */
  public boolean isLike(NoiseSchedule other) {
    return Arrays.equals(alphaBars, other.alphaBars);
  }

  /**
   * Number of times.
   *
   * @return T
   */
  public int steps() {
    return betas.length;
  }

  /**
   * Variance of the noise one step adds.
   *
   * @param t time, from 0 to T − 1
   * @return β[t]
   */
  public double beta(int t) {
    return betas[t];
  }

  /**
   * What one step leaves of the variance.
   *
   * @param t time, from 0 to T − 1
   * @return α[t] = 1 − β[t]
   */
  public double alpha(int t) {
    return 1 - betas[t];
  }

  /**
   * What all steps up to this one leave of the data's variance.
   *
   * @param t time, from 0 to T − 1
   * @return ᾱ[t]
   */
  public double alphaBar(int t) {
    return alphaBars[t];
  }

  /**
   * {@link #alphaBar} one step earlier.
   *
   * @param t time, from 0 to T − 1
   * @return ᾱ[t − 1] and 1 at t = 0, unless respaced otherwise
   */
  public double alphaBarBefore(int t) {
    return alphaBarsBefore[t];
  }

  /**
   * {@link #alphaBar} one step later.
   *
   * @param t time, from 0 to T − 1
   * @return ᾱ[t + 1]; 0 after the last time
   */
  public double alphaBarAfter(int t) {
    return t == steps() - 1 ? 0 : alphaBars[t + 1];
  }

  /**
   * Signal-to-noise ratio.
   *
   * @param t time, from 0 to T − 1
   * @return ᾱ[t]/(1 − ᾱ[t])
   */
  public double snr(int t) {
    return alphaBars[t] / (1 - alphaBars[t]);
  }

  @Override
  public String toString() {
    return Text.of(
        "%d steps, beta %.3g to %.3g, alphaBar %.4g to %.4g",
        steps(), betas[0], betas[steps() - 1], alphaBars[0], alphaBars[steps() - 1]);
  }
}
