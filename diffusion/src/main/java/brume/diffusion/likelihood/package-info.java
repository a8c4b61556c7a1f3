/**
 * How likely images are according to a network: the bound in bits per dimension ({@link
 * brume.diffusion.likelihood.VariationalBound}), made of differentiable likelihoods of normal
 * distributions. Those are computed on the host in double precision: the differences of almost equal
 * probabilities they are made of do not survive single precision.
 */
@NullMarked
package brume.diffusion.likelihood;

import org.jspecify.annotations.NullMarked;
