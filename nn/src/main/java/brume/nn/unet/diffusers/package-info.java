/**
 * The U-Net of diffusers, its {@code UNet2DModel}.
 */
@NullMarked
package brume.nn.unet.diffusers;

import org.jspecify.annotations.NullMarked;
