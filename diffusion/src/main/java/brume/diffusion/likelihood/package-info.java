/**
 * Differentiable likelihoods of normal distributions, computed on the host in double precision: the
 * differences of almost equal probabilities they are made of do not survive single precision.
 */
@NullMarked
package brume.diffusion.likelihood;

import org.jspecify.annotations.NullMarked;
