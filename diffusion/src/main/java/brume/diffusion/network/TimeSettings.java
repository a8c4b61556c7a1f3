package brume.diffusion.network;

import brume.nn.layer.TimeEncoding;

/** Settings of how a network is told the time: a kind of {@link TimeEncodings}. */
public interface TimeSettings {

  /**
   * The encoding.
   *
   * @return how times become numbers
   */
  TimeEncoding create();
}
