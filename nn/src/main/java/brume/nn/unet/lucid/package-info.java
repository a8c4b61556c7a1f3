/**
 * The U-Net of denoising-diffusion-pytorch, for images and signals, in both of its generations.
 */
@NullMarked
package brume.nn.unet.lucid;

import org.jspecify.annotations.NullMarked;
