/**
 * The equations of diffusion models, in the letters of the papers: how data become noise ({@link
 * brume.diffusion.NoiseSchedule}, {@link brume.diffusion.ForwardProcess}) and what a network predicts
 * ({@link brume.diffusion.Prediction}).
 */
@NullMarked
package brume.diffusion;

import org.jspecify.annotations.NullMarked;
