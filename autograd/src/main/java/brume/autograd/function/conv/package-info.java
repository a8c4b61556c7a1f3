/** Convolutions of pictures (N, H, W, C) and their transposes. */
@NullMarked
package brume.autograd.function.conv;

import org.jspecify.annotations.NullMarked;
