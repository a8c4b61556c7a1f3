/**
 * One record per differentiable function. Its javadoc holds the formula forward and backward, its
 * components are what the tape keeps, and its static method has the function's name and is imported
 * statically: {@code silu(groupNorm(x, gamma, beta, 32, 1e-5))}. Start with {@link
 * brume.autograd.function.Multiply}, then {@link brume.autograd.function.SiLU}.
 */
@NullMarked
package brume.autograd.function;

import org.jspecify.annotations.NullMarked;
