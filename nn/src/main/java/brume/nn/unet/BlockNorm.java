package brume.nn.unet;

import brume.nn.Parameters;
import brume.nn.layer.Norm;

/** Which normalization the residual blocks of a network have. */
@FunctionalInterface
public interface BlockNorm {

  /**
   * Creates the normalization of half a block.
   *
   * @param at its place
   * @param config of all blocks of the network
   * @param channels of what is normalized
   * @return the layer
   */
  Norm norm(Parameters at, ResBlockConfig config, int channels);
}
