package brume.diffusion.process;

import brume.autograd.Variable;
import java.util.Optional;

/** How the signal-to-noise ratio falls in continuous time. */
@FunctionalInterface
public interface LogSnr {

  /**
   * Its logarithm.
   *
   * @param t time, from 0 to 1
   * @return log(s²/n²), falling
   */
  double at(double t);

  /**
   * Its logarithms, if they depend on parameters that are trained.
   *
   * @param times (N), each from 0 to 1
   * @return (N) log(s²/n²); empty if nothing of it is learned
   */
  default Optional<Variable> learned(double[] times) {
    return Optional.empty();
  }
}
