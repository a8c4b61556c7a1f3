/**
 * How a model learns: the {@linkplain brume.diffusion.train.Trainer loop}, what it is told, and what
 * it leaves in a run's folder so that it can go on after anything.
 */
@NullMarked
package brume.diffusion.train;

import org.jspecify.annotations.NullMarked;
