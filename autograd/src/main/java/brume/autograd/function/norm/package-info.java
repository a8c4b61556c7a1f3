/** Normalization to a mean and a spread, or to a length, and what scales and shifts afterwards. */
@NullMarked
package brume.autograd.function.norm;

import org.jspecify.annotations.NullMarked;
