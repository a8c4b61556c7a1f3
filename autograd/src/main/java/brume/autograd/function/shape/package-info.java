/** Where numbers lie: functions that move, repeat, join, cut and look up, and compute nothing. */
@NullMarked
package brume.autograd.function.shape;

import org.jspecify.annotations.NullMarked;
