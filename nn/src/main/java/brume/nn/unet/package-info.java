/**
 * Blocks that several families of U-Nets are built from. Each family has a package: {@code lucid} of
 * denoising-diffusion-pytorch, {@code ddpm} of ddpm-torch, {@code diffusers} of diffusers, and {@code
 * blog}, whose positions see the time as a token.
 */
@NullMarked
package brume.nn.unet;

import org.jspecify.annotations.NullMarked;
