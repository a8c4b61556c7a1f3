package brume.diffusion.cli;

import brume.diffusion.data.Exhibit;
import brume.diffusion.sampler.Denoised;
import brume.diffusion.sampler.Sampler;
import brume.tensor.Shape;

/**
 * What samples can be drawn from.
 *
 * @param denoised the model as the sampler sees it
 * @param sampler the way from noise to data
 * @param picture (H, W, C)
 * @param exhibit how samples are shown
 * @param seed of the samples unless told otherwise
 * @param fingerprint what tells it apart from others
 */
record Source(
    Denoised denoised,
    Sampler sampler,
    Shape picture,
    Exhibit exhibit,
    long seed,
    String fingerprint) {}
