/**
 * What a network is trained for: the error of its prediction ({@link
 * brume.diffusion.objective.DenoisingLoss}), the bound of the likelihood, or both, at times and with
 * noise that {@link brume.diffusion.objective.Noising} draws.
 */
@NullMarked
package brume.diffusion.objective;

import org.jspecify.annotations.NullMarked;
