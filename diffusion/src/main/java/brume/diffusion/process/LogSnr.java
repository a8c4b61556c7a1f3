package brume.diffusion.process;

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
}
