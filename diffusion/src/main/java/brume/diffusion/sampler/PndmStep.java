package brume.diffusion.sampler;

import brume.autograd.Variable;
import brume.diffusion.process.ForwardProcess;
import brume.diffusion.process.Level;
import brume.diffusion.process.Levels;
import brume.diffusion.process.Mix;
import brume.diffusion.process.NoiseSchedule;
import brume.tensor.Tensor;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The method of Adams and Bashforth with the transport of DDIM: the four latest estimates of the noise
 * with the weights of equal steps, whatever the steps are.
 *
 * <pre>
 *   order 2   (3·ε_0 − ε_1)/2
 *   order 3   (23·ε_0 − 16·ε_1 + 5·ε_2)/12
 *   order 4   (55·ε_0 − 59·ε_1 + 37·ε_2 − 9·ε_3)/24
 * </pre>
 *
 * @param start how the first steps, which remember too little, are done
 * @param velocities whether v = α·ε − σ·x_0 is weighed in place of ε, as diffusers does where a network
 *     predicts v; it is turned into ε at the level a step starts from
 * @param middles row k is between levels k + 1 and k, for {@link Start#RUNGE_KUTTA} alone
 * @param fromNothing whether data count as 0 where a way begins with nothing of them, as in diffusers,
 *     instead of what is estimated
 * @param restart where the second look of {@link Start#SECOND_LOOK} is, if the first step does not lead
 *     to the next level
 * @see <a href="https://arxiv.org/abs/2202.09778">Liu et al., Pseudo Numerical Methods for Diffusion
 *     Models on Manifolds (2022), algorithm 2</a>
 */
public record PndmStep(
    Start start,
    boolean velocities,
    boolean fromNothing,
    Optional<Levels> middles,
    Optional<Restart> restart)
    implements RememberingStep {

  private static final double[][] WEIGHTS = {
    {1},
    {3 / 2.0, -1 / 2.0},
    {23 / 12.0, -16 / 12.0, 5 / 12.0},
    {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
  };

  /** The first steps. */
  public enum Start {
    /** Lower orders, as iPNDM. */
    LOWER,
    /** A second look from the end of the first step, as PLMS. */
    SECOND_LOOK,
    /** Four looks in each of the first three steps, as the paper. */
    RUNGE_KUTTA
  }

  /**
   * The second look of a way that begins with one, and the step that is done again with it.
   *
   * @param asked level of the look
   * @param from which level the step is done
   */
  public record Restart(Level asked, Level from) {

    /** In diffusers, whose steps lead equally far, the step to the second level is done from above it. */
    static Restart equallyFar(ForwardProcess q, Levels levels, int steps) {
      int asked = levels.count() - 2, stride = q.steps() / steps;
      double above = levels.time(asked) + stride;
      return new Restart(levels.at(asked), Levels.between(q, above).at(0));
    }
  }

  /**
   * The step that begins with lower orders, of any process.
   *
   * @param velocities whether v is weighed in place of ε
   * @return iPNDM
   */
  public static PndmStep lower(boolean velocities) {
    return new PndmStep(Start.LOWER, velocities, false, Optional.empty(), Optional.empty());
  }

  /**
   * The same as diffusers begins it, with data that count as 0 where nothing is left of them.
   *
   * @return iPNDM
   */
  public static PndmStep lowerFromNothing() {
    return new PndmStep(Start.LOWER, false, true, Optional.empty(), Optional.empty());
  }

  /**
   * The step of a way.
   *
   * @param start how the first steps are done
   * @param velocities whether v is weighed in place of ε
   * @param q the process a network was trained on
   * @param levels of the way, at least 2
   * @return the step, with middles at the times between the levels, rounded up between whole times
   */
  public static PndmStep of(Start start, boolean velocities, ForwardProcess q, Levels levels) {
    if (start != Start.RUNGE_KUTTA) {
      return new PndmStep(start, velocities, false, Optional.empty(), Optional.empty());
    }
    double[] times = new double[levels.count() - 1];
    for (int k = 0; k < times.length; k++) {
      double low = levels.time(k), high = levels.time(k + 1), middle = (low + high) / 2;
      boolean isBetweenTimes = low != Math.rint(low) || high != Math.rint(high);
      times[k] = isBetweenTimes ? middle : Math.ceil(middle);
    }
    return new PndmStep(
        start, velocities, false, Optional.of(Levels.between(q, times)), Optional.empty());
  }

  /**
   * The last steps as diffusers does them where a way begins with a given picture. It takes the second
   * look at the level that would be next, which is then left out; of a way that is not cut, the level of
   * the second look comes twice.
   *
   * @param whole a way with this step, and {@link Start#SECOND_LOOK}
   * @param last how many of its last steps are wanted, fewer than there are
   * @return the way, as many levels long
   */
  public static StepSampler cut(StepSampler whole, int last) {
    if (!isCutSo(whole) || last < 1 || last >= whole.levels().count()) {
      throw new IllegalArgumentException(Text.of(
          "cut: expected a way of more than %d steps, and pndm with a second look, got another",
          Math.max(1, last)));
    }
    Levels all = (Levels) whole.levels();
    int first = Math.min(last, all.count() - 2), look = last - 1;
    int[] rows = IntStream.range(0, last).map(k -> k == last - 1 ? first : k).toArray();
    NoiseSchedule schedule = all.q().schedule();
    double[] before = Arrays.stream(rows).mapToDouble(schedule::alphaBarBefore).toArray();
    Levels levels = new Levels(
        all.q().withSchedule(schedule.respaced(rows, before)),
        Arrays.stream(rows).mapToDouble(all::time).toArray());
    return new StepSampler(
        levels,
        ((PndmStep) whole.step()).restartingAt(new Restart(all.at(look), all.at(look + 1))));
  }

  /**
   * Whether diffusers cuts a way so where it begins with a given picture.
   *
   * @param way any
   * @return true of this step, if its first looks are two, and each leads to the next level
   */
  public static boolean isCutSo(Sampler way) {
    return way instanceof StepSampler steps
        && steps.levels() instanceof Levels
        && steps.step() instanceof PndmStep pndm
        && pndm.start == Start.SECOND_LOOK
        && pndm.restart.isEmpty();
  }

  /** The same step where the first one leads elsewhere than to the next level. */
  PndmStep restartingAt(Restart other) {
    return new PndmStep(start, velocities, fromNothing, middles, Optional.of(other));
  }

  @Override
  public Step begin(Tensor from, int steps) {
    History history = new History(from, WEIGHTS.length);
    return (now, model, z) -> next(now, model, history);
  }

  private Variable next(Estimate now, Denoised model, History history) {
    Level level = now.level();
    Span span = Span.of(level);
    if (span.startsFromNothing()) {
      if (start == Start.LOWER) {
        history.add(weighed(now), level.time()); // the noise, which is x itself
      }
      return fromNothing ? Mix.scaled(span.noiseTo(), now.epsilon()) : span.first(now);
    }
    Variable first = weighed(now);
    history.add(first, level.time());
    boolean isLast = level.k() == 0;
    if (start == Start.SECOND_LOOK && history.size() == 1 && (!isLast || restart.isPresent())) {
      Level asked = restart.map(Restart::asked).orElseGet(level::before);
      Level again = restart.map(Restart::from).orElse(level);
      Variable second = weighed(model.at(carried(span, now, first), asked));
      return carried(Span.between(again, asked), now, Mix.mix(0.5, first, 0.5, second));
    }
    if (start == Start.RUNGE_KUTTA && history.size() < WEIGHTS.length && !isLast) {
      return rungeKutta(now, model, span);
    }
    double[] weights = WEIGHTS[history.size() - 1];
    Variable sum = Mix.scaled(weights[0], first);
    for (int i = 1; i < weights.length; i++) {
      sum = Mix.mix(1, sum, weights[i], history.value(i));
    }
    return carried(span, now, sum);
  }

  private Variable weighed(Estimate at) {
    Level level = at.level();
    return velocities
        ? Mix.mix(level.signal(), at.epsilon(), -level.noise(), at.x0())
        : at.epsilon();
  }

  /** The transport of the samples with a sum of what is weighed. */
  private Variable carried(Span span, Estimate now, Variable sum) {
    Variable epsilon = velocities ? Mix.mix(span.signal(), sum, span.noise(), now.xt()) : sum;
    return span.carried(now.xt(), epsilon);
  }

  private Variable rungeKutta(Estimate now, Denoised model, Span span) {
    Level level = now.level(), middle = middles.orElseThrow().at(level.k() - 1);
    Span half = Span.between(level, middle);
    Variable first = weighed(now);
    Variable second = weighed(model.at(carried(half, now, first), middle));
    Variable third = weighed(model.at(carried(half, now, second), middle));
    Variable fourth = weighed(model.at(carried(span, now, third), level.before()));
    Variable outer = Mix.mix(1 / 6.0, first, 1 / 6.0, fourth);
    Variable inner = Mix.mix(1 / 3.0, second, 1 / 3.0, third);
    return carried(span, now, Mix.mix(1, outer, 1, inner));
  }
}
