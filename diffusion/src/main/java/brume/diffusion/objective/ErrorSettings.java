package brume.diffusion.objective;

/** Settings of what a difference costs: a kind of {@link Errors}. */
public interface ErrorSettings {

  /**
   * The measure.
   *
   * @return cost of a difference
   */
  ErrorMeasure create();
}
