/**
 * The equations of diffusion models, in the letters of the papers: how data become noise ({@link
 * brume.diffusion.process.NoiseSchedule}, {@link brume.diffusion.process.ForwardProcess}), what a
 * network predicts ({@link brume.diffusion.process.Prediction}) and what that says about the way back
 * ({@link brume.diffusion.process.ReverseProcess}). Next stops: {@code objective}, what a network is
 * trained for, and {@code sampler}, which goes back.
 */
@NullMarked
package brume.diffusion.process;

import org.jspecify.annotations.NullMarked;
