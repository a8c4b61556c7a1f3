/** Attention, by softmax and linear, whole and with the projections around it. */
@NullMarked
package brume.autograd.function.attention;

import org.jspecify.annotations.NullMarked;
