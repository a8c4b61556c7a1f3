/** Pictures (N, H, W, C) made smaller and larger: pools, interpolation, pixel shuffles. */
@NullMarked
package brume.autograd.function.resample;

import org.jspecify.annotations.NullMarked;
