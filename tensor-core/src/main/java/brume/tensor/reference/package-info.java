/**
 * What each kernel means: plain loops in double precision, one class per family of kernels. It is what
 * the gradient checks differentiate and what the fast backends are compared with, and it runs only when
 * asked for by name. Fresh tensors are full of NaN, so that a number read before it was written shows.
 */
@NullMarked
package brume.tensor.reference;

import org.jspecify.annotations.NullMarked;
