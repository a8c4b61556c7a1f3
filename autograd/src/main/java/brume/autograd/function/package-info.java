/**
 * Differentiable functions, one record each, in packages by family: {@code pointwise}, {@code reduce},
 * {@code shape}, {@code resample}, {@code linear}, {@code conv}, {@code norm}, {@code attention} and
 * {@code loss}. The javadoc of a record holds the formula forward and backward, its components are what
 * the tape keeps, and its static method has the function's name and is imported statically: {@code
 * silu(groupNorm(x, gamma, beta, 32, 1e-5))}. Start with {@link
 * brume.autograd.function.pointwise.Multiply}, then {@link brume.autograd.function.pointwise.Pointwise}.
 */
@NullMarked
package brume.autograd.function;

import org.jspecify.annotations.NullMarked;
