package brume.diffusion.cli;

import brume.diffusion.train.Sampling;
import brume.tensor.Device;
import brume.tensor.Shape;

/** What samples can be drawn from, with the settings it would choose itself. */
interface SampleSource {

  /** Sizes of one sample, (H, W, C). */
  Shape picture();

  /** Steps of the process. */
  int timesteps();

  /** Settings of sampling unless told otherwise. */
  Sampling usual();

  /** How samples are shown. */
  Exhibit exhibit();

  /** Draws samples, values in [0, 1]. */
  float[] draw(Sampling how, Device device, int count, Sampling.Watcher watcher);
}
