/**
 * All of reverse-mode differentiation: a {@link brume.autograd.Variable} remembers how it came about,
 * a {@link brume.autograd.Differentiable} is one such memory, and a backward pass undoes them, newest
 * first. The functions themselves are in {@link brume.autograd.function}.
 */
@NullMarked
package brume.autograd;

import org.jspecify.annotations.NullMarked;
