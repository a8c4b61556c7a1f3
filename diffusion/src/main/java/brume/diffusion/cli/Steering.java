package brume.diffusion.cli;

import brume.diffusion.sampler.Sampler;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.io.IOException;

/** Options of a command that say what its samples begin with. */
interface Steering {

  /** Refuses options that would have no effect, and numbers out of range. */
  void check();

  /**
   * The sampler that is steered; the same one where nothing steers it.
   *
   * @param sampler the way from noise to data
   * @param picture (H, W, C) of the samples
   * @param isPicture whether samples are pictures
   * @param device where the model is
   * @throws IOException if a picture cannot be read
   */
  Sampler of(Sampler sampler, Shape picture, boolean isPicture, Device device) throws IOException;

  /** What tells samples steered so from others; empty where nothing steers them. */
  String fingerprint(Sampler steered);
}
