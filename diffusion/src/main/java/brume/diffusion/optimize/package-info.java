/**
 * How parameters move: optimizers, learning rates, clipping of gradients and averages, each a
 * catalog of kinds over {@link brume.nn.optim}.
 */
@NullMarked
package brume.diffusion.optimize;

import org.jspecify.annotations.NullMarked;
