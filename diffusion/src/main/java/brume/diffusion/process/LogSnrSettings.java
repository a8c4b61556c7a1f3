package brume.diffusion.process;

import brume.nn.Parameters;

/** Settings of how the signal-to-noise ratio falls: a kind of {@link LogSnrs}. */
public interface LogSnrSettings {

  /**
   * The fall.
   *
   * @return from times to logarithms
   */
  LogSnr create();

  /**
   * The fall of a model.
   *
   * @param at where its parameters are made, if it is learned
   * @return from times to logarithms
   */
  default LogSnr create(Parameters at) {
    return create();
  }
}
