/** Functions of the numbers along some axes: sums, extremes, deviations, softmax, running sums. */
@NullMarked
package brume.autograd.function.reduce;

import org.jspecify.annotations.NullMarked;
