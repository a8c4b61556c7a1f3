/**
 * The way from noise to data: a {@link brume.diffusion.sampler.Sampler} asks a {@link
 * brume.diffusion.sampler.Denoised} at levels that a {@link brume.diffusion.process.Spacing} chooses.
 * One {@link brume.diffusion.sampler.Step} a file and paper, one loop around them.
 */
@NullMarked
package brume.diffusion.sampler;

import org.jspecify.annotations.NullMarked;
