/**
 * The U-Nets that EDM was tried on: DDPM++ and NCSN++ of Song et al., which are settings of one network,
 * and ADM of Dhariwal and Nichol. Parameters have the names that EDM gives them.
 */
@NullMarked
package brume.nn.unet.edm;

import org.jspecify.annotations.NullMarked;
