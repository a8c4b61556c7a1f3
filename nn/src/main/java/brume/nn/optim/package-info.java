/**
 * How parameters learn: optimizers and averages change them in place, schedules say how fast,
 * clipping says how far at most.
 */
@NullMarked
package brume.nn.optim;

import org.jspecify.annotations.NullMarked;
