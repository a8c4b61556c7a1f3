package brume.nn.unet;

import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Tape;
import brume.autograd.Variable;
import brume.tensor.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What the U-Nets after Ho et al. have in common: every result on the way down, halvings included,
 * comes back on the way up as additional channels, so that a level has one step more there.
 *
 * @param downs levels of the way down, finest first; the coarsest does not halve
 * @param middle between the two ways
 * @param ups levels of the way up, finest first; the finest does not double
 */
public record Hourglass(List<Level> downs, Step middle, List<Level> ups) {

  /** Part of a level. */
  @FunctionalInterface
  public interface Step {

    /** Changes nothing. */
    Step NOTHING = (x, told) -> x;

    /**
     * Applies the step.
     *
     * @param x (N, H, W, Cin)
     * @param told the same for all steps
     * @return (N, H, W, Cout), or another resolution if it leads there
     */
    Variable forward(Variable x, Told told);

    /**
     * Applies a step that leads to the next resolution on the way up.
     *
     * @param x (N, H, W, C)
     * @param next shape there but for the channels
     * @param told the same for all steps
     * @return of the next resolution, which for most steps is twice that of x
     */
    default Variable toward(Variable x, Shape next, Told told) {
      return forward(x, told);
    }
  }

  /**
   * A resolution on one of the ways.
   *
   * @param steps in order
   * @param resample the way to the next resolution
   */
  public record Level(List<Step> steps, Step resample) {

    /** Copies the list. {@inheritDoc} */
    public Level {
      steps = List.copyOf(steps);
    }
  }

  /** Copies the lists. {@inheritDoc} */
  public Hourglass {
    downs = List.copyOf(downs);
    ups = List.copyOf(ups);
  }

  /**
   * Goes down and up.
   *
   * @param first (N, H, W, C of the finest level)
   * @param told what all steps are told
   * @return (N, H, W, C of the finest level)
   */
  public Variable forward(Variable first, Told told) {
    Variable h = first;
    Deque<Variable> skips = new ArrayDeque<>();
    skips.push(h);
    for (int i = 0; i < downs.size(); i++) {
      for (Step step : downs.get(i).steps()) {
        h = step.forward(h, told);
        skips.push(h);
      }
      if (i < downs.size() - 1) {
        h = downs.get(i).resample().forward(h, told);
        skips.push(h);
      }
    }

    Variable deepest = h;
    h = Tape.tidy(() -> middle.forward(deepest, told));

    for (int i = ups.size() - 1; i >= 0; i--) {
      for (Step step : ups.get(i).steps()) {
        Variable below = h, beside = skips.pop();
        h = Tape.tidy(() -> {
          Variable joined = concatenate(below, beside);
          below.release();
          beside.release();
          return step.forward(joined, told);
        });
      }
      if (i > 0) {
        h = ups.get(i).resample().toward(h, skips.element().shape(), told);
      }
    }
    return h;
  }
}
