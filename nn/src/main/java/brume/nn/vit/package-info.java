/**
 * The U-Net of simple diffusion with a transformer at its coarsest resolution. Names in files are those
 * of {@code simple_diffusion.py} in denoising-diffusion-pytorch.
 */
@NullMarked
package brume.nn.vit;

import org.jspecify.annotations.NullMarked;
