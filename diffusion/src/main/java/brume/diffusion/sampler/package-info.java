/**
 * The way from noise to data: one file per paper, one loop around them ({@link
 * brume.diffusion.sampler.Sampler}).
 */
@NullMarked
package brume.diffusion.sampler;

import org.jspecify.annotations.NullMarked;
