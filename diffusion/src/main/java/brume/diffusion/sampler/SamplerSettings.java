package brume.diffusion.sampler;

import brume.diffusion.process.TrainedProcess;

/** Settings of how samples are drawn: a kind of {@link Samplers}. */
public interface SamplerSettings {

  /**
   * The sampler.
   *
   * @param process trained, with clipping
   * @return the way from noise to data
   * @throws IllegalArgumentException if the process cannot be sampled so
   */
  Sampler create(TrainedProcess process);
}
