/** Products of matrices and sums of products, with a bias or without. */
@NullMarked
package brume.autograd.function.linear;

import org.jspecify.annotations.NullMarked;
