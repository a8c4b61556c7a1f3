/**
 * The U-Net of ddpm-torch, after the original of Ho et al. (2020).
 */
@NullMarked
package brume.nn.unet.ddpm;

import org.jspecify.annotations.NullMarked;
