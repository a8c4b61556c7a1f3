/**
 * The U-Nets of the systems Brume follows: {@link brume.nn.unet.UNet} of denoising-diffusion-pytorch
 * for images and signals, {@link brume.nn.unet.DdpmUNet} of ddpm-torch, {@link brume.nn.unet.UNet2D} of
 * diffusers.
 */
@NullMarked
package brume.nn.unet;

import org.jspecify.annotations.NullMarked;
