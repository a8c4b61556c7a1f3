/** Functions of numbers in the same place: of one, of two that may be repeated, of chance. */
@NullMarked
package brume.autograd.function.pointwise;

import org.jspecify.annotations.NullMarked;
