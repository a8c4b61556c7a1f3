/**
 * The equations of diffusion models, in the letters of the papers: how data become noise ({@link
 * brume.diffusion.NoiseSchedule}, {@link brume.diffusion.ForwardProcess}), what a network predicts
 * ({@link brume.diffusion.Prediction}) and what that says about the way back ({@link
 * brume.diffusion.ReverseProcess}), and what it is trained for ({@link
 * brume.diffusion.DenoisingLoss}, {@link brume.diffusion.VariationalBound}). Next stop: {@link
 * brume.diffusion.sampler.Sampler}, which goes back.
 */
@NullMarked
package brume.diffusion;

import org.jspecify.annotations.NullMarked;
