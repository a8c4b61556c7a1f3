/**
 * Models that others have saved: the folders of diffusers, with what their options mean in terms of
 * {@link brume.nn.unet.diffusers.UNet2D} and {@link brume.diffusion.sampler.Sampler}.
 */
@NullMarked
package brume.diffusion.exchange;

import org.jspecify.annotations.NullMarked;
