/**
 * Estimates steered to what is wanted: away from what a network says when it is told no class ({@link
 * brume.diffusion.guidance.GuidedEstimates}), or between two classes ({@link
 * brume.diffusion.guidance.BlendedEstimates}). Both wrap estimates, so that every sampler goes with them.
 */
@NullMarked
package brume.diffusion.guidance;

import org.jspecify.annotations.NullMarked;
