package brume.diffusion.sampler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.NoiseSchedule;
import brume.diffusion.sampler.DpmMultistep.Correction;
import brume.diffusion.sampler.DpmMultistep.Ending;
import brume.diffusion.sampler.DpmMultistep.ThirdOrder;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How fast errors fall with the number of steps, where data are normal numbers or mixtures of them,
 * whose estimate has a closed form.
 *
 * <p>The probability flow of numbers keeps their ranks: with F the distribution function of x at a
 * level, it leads from x to F₋⁻¹(F(x)). That is what samplers without noise are compared with.
 *
 * <p>Of normal data the estimate is linear in x. Mean and deviation of what a sampler makes, with
 * noise or without, then follow without chance from one row each: one without start and noise, one
 * that starts at 1, and one for the noise of each step.
 */
class SolverOrderTest {

  private static final double LOW = 0.05, HIGH = 150; // σ/α

  private final Backend on = Backends.reference();
  private final ForwardProcess q = new ForwardProcess(NoiseSchedule.linear(1000));

  /** Data from normal distributions, all in equal shares. */
  private record Data(double[] means, double[] deviations) {

    static final Data NORMAL = new Data(new double[] {0.6}, new double[] {0.4});
    static final Data MIXTURE = new Data(new double[] {-0.7, 0.5}, new double[] {0.3, 0.2});

    private double spread(int i, double signal, double noise) {
      return Math.hypot(signal * deviations[i], noise);
    }

    private double density(int i, double x, double signal, double noise) {
      double spread = spread(i, signal, noise);
      double z = (x - signal * means[i]) / spread;
      return Math.exp(-z * z / 2) / spread / Math.sqrt(2 * Math.PI) / means.length;
    }

    /** E[x_0 | x]. */
    double estimate(double x, double signal, double noise) {
      double sum = 0, total = 0;
      for (int i = 0; i < means.length; i++) {
        double spread = spread(i, signal, noise), share = density(i, x, signal, noise);
        double gain = signal * deviations[i] * deviations[i] / (spread * spread);
        sum += share * (means[i] + gain * (x - signal * means[i]));
        total += share;
      }
      return sum / total;
    }

    /** F(x), by Simpson's rule. */
    double rank(double x, double signal, double noise) {
      double rank = 0;
      for (int i = 0; i < means.length; i++) {
        int panels = 2000;
        double from = signal * means[i] - 9 * spread(i, signal, noise), gap = (x - from) / panels;
        for (int j = 0; j <= panels; j++) {
          double weight = j == 0 || j == panels ? 1 : j % 2 == 1 ? 4 : 2;
          rank += weight * gap / 3 * density(i, from + j * gap, signal, noise);
        }
      }
      return rank;
    }

    /** F⁻¹, by halving. */
    double ofRank(double rank, double signal, double noise) {
      double low = -5, high = 5;
      for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (rank(middle, signal, noise) < rank) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  private Denoised exact(Data data) {
    return (xt, level) -> {
      double[] x = xt.value().toDoubles();
      for (int i = 0; i < x.length; i++) {
        x[i] = data.estimate(x[i], level.signal(), level.noise());
      }
      return Estimate.ofData(level, xt, Variable.constant(Tensor.of(on, xt.shape(), x)));
    };
  }

  /**
   * A method and how fast its error falls.
   *
   * @param name of the method
   * @param method its step
   * @param order that is expected
   * @param steps from which the number of steps is doubled
   */
  record Case(String name, Step method, double order, int steps) {

    /** Whether its steps draw noise. */
    boolean isRandom() {
      return name.contains("eta") || name.contains("ancestral") || name.contains("sde");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static DpmMultistep multistep(int order, Exponential form, ThirdOrder third) {
    return new DpmMultistep(order, form, Correction.HEUN, third, false, Ending.FULL);
  }

  private static DpmSinglestep single(int order, Exponential form) {
    return new DpmSinglestep(order, form, Correction.HEUN, false);
  }

  /** Of any levels: {@link #of} knows its middles. */
  private static Kdpm2Step kdpm2(double eta) {
    ForwardProcess q = new ForwardProcess(NoiseSchedule.linear(1000));
    return Kdpm2Step.of(q, TimestepSpacing.LINSPACE.levels(q, 2), eta);
  }

  private Step of(Step method, Levels levels) {
    return method instanceof Kdpm2Step step ? Kdpm2Step.of(q, levels, step.eta()) : method;
  }

  private static UniPcStep unipc(int order, Exponential form) {
    return new UniPcStep(order, form, UniPcStep.Scale.BH2, List.of(), false);
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("ddim", DdimStep.of(0), 1, 80),
        new Case("ddim, eta 1", DdimStep.of(1), 1, 80),
        new Case("euler", new EulerStep(Churn.NONE), 1, 80),
        new Case("euler-ancestral", new EulerAncestralStep(1), 1, 80),
        new Case("heun", new HeunStep(), 2, 80),
        new Case("flow-heun", new TrapezoidStep(), 2, 80),
        new Case("dpmpp-2m", multistep(2, Exponential.DATA, ThirdOrder.PUBLISHED), 2, 80),
        new Case(
            "dpmpp-2m, midpoint",
            new DpmMultistep(
                2, Exponential.DATA, Correction.MIDPOINT, ThirdOrder.PUBLISHED, false, Ending.FULL),
            2,
            80),
        new Case("dpmpp-3m", multistep(3, Exponential.DATA, ThirdOrder.EXACT), 3, 80),
        new Case(
            "dpmpp-3m as published", multistep(3, Exponential.DATA, ThirdOrder.PUBLISHED), 2, 80),
        new Case("dpmpp-single, order 2", single(2, Exponential.DATA), 2, 80),
        new Case("dpmpp-single, order 3", single(3, Exponential.DATA), 3, 81),
        new Case("dpmsolver single, order 3", single(3, Exponential.NOISE), 3, 81),
        new Case("unipc, order 1", unipc(1, Exponential.DATA), 2, 80),
        new Case("unipc, order 2", unipc(2, Exponential.DATA), 3, 80),
        new Case("unipc, order 3", unipc(3, Exponential.DATA), 4, 80),
        new Case("unipc of noise, order 2", unipc(2, Exponential.NOISE), 3, 80),
        new Case(
            "unipc, order 2, uncorrected",
            new UniPcStep(
                2,
                Exponential.DATA,
                UniPcStep.Scale.BH2,
                IntStream.range(0, 200).boxed().toList(),
                false),
            2,
            80),
        new Case("kdpm2", kdpm2(0), 2, 80),
        new Case("kdpm2, ancestral", kdpm2(1), 2, 80),
        new Case("ipndm", PndmStep.lower(false), 2, 80),
        new Case("lms", new LinearMultistep(4), 4, 80),
        new Case("dpmsolver, order 2", multistep(2, Exponential.NOISE, ThirdOrder.EXACT), 2, 80),
        new Case("deis, order 3", multistep(3, Exponential.NOISE, ThirdOrder.EXACT), 3, 80),
        new Case(
            "dpmpp-sde",
            new DpmMultistep(
                2, Exponential.DATA, Correction.MIDPOINT, ThirdOrder.EXACT, true, Ending.FULL),
            2,
            80));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void errorsFallAsTheOrderSays(Case one) {
    double coarse = error(one, one.steps()), fine = error(one, 2 * one.steps());
    double slope = Math.log(coarse / fine) / Math.log(2);
    assertEquals(one.order(), slope, 0.3, () -> "errors " + coarse + " and " + fine);
    assertTrue(fine < 0.05, "error " + fine);
  }

  private double error(Case one, int steps) {
    return one.isRandom() ? errorOfMoments(one.method(), steps) : errorOfWays(one.method(), steps);
  }

  /** The largest distance from the flow at the last level. */
  private double errorOfWays(Step method, int steps) {
    Levels levels = new ExponentialSpacing(LOW, HIGH).levels(q, steps);
    Level last = levels.at(steps - 1), first = levels.at(0);
    double[] start = {-1.3, -0.4, 0.1, 0.9}, end = new double[start.length];
    try (Scope scope = Scope.open()) {
      new StepSampler(levels, of(method, levels))
          .sample(
              exact(Data.MIXTURE),
              Tensor.of(on, Shape.of(start.length, 1), start),
              NoiseSource.keyed(RandomKey.of(1), 0),
              (done, of, x, x0) -> {
                if (done == of - 1) {
                  System.arraycopy(x.toDoubles(), 0, end, 0, end.length);
                }
              });
    }
    double error = 0;
    for (int i = 0; i < start.length; i++) {
      double rank = Data.MIXTURE.rank(start[i], last.signal(), last.noise());
      double expected = Data.MIXTURE.ofRank(rank, first.signal(), first.noise());
      error = Math.max(error, Math.abs(end[i] - expected));
    }
    return error;
  }

  /** Of mean and deviation, before the last step. */
  private double errorOfMoments(Step method, int steps) {
    Levels levels = new ExponentialSpacing(LOW, HIGH).levels(q, steps);
    Level last = levels.at(steps - 1), first = levels.at(0);
    double[] start = new double[steps + 2], end = new double[steps + 2];
    start[1] = 1;
    NoiseSource oneByOne = new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return Tensor.of(device, shape, start);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        double[] noise = new double[steps + 2];
        noise[2 + step] = 1;
        return Tensor.of(device, shape, noise);
      }
    };
    try (Scope scope = Scope.open()) {
      new StepSampler(levels, of(method, levels))
          .sample(
              exact(Data.NORMAL),
              oneByOne.start(on, Shape.of(steps + 2, 1)),
              oneByOne,
              (done, of, x, x0) -> {
                if (done == of - 1) {
                  System.arraycopy(x.toDoubles(), 0, end, 0, end.length);
                }
              });
    }
    double mean = Data.NORMAL.means[0];
    double plain = end[0], gain = end[1] - plain, variance = 0;
    for (int i = 2; i < end.length; i++) {
      variance += (end[i] - plain) * (end[i] - plain);
    }
    double atStart = Data.NORMAL.spread(0, last.signal(), last.noise());
    double ofMean = plain + gain * last.signal() * mean - first.signal() * mean;
    double deviation = Math.sqrt(gain * gain * atStart * atStart + variance);
    return Math.abs(ofMean)
        + Math.abs(deviation - Data.NORMAL.spread(0, first.signal(), first.noise()));
  }
}
