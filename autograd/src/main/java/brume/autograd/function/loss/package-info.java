/** Losses: one number, or one per element, from a prediction and its target. */
@NullMarked
package brume.autograd.function.loss;

import org.jspecify.annotations.NullMarked;
