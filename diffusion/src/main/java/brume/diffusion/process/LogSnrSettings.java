package brume.diffusion.process;

/** Settings of how the signal-to-noise ratio falls: a kind of {@link LogSnrs}. */
public interface LogSnrSettings {

  /**
   * The fall.
   *
   * @return from times to logarithms
   */
  LogSnr create();
}
