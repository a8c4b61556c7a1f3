/**
 * Convolution with filters of three by three by Winograd's minimal filtering. {@link
 * brume.tensor.cpu.winograd.Winograd} is the door; behind it are the passes to and from 36 points and the
 * products at each of them.
 */
@NullMarked
package brume.tensor.cpu.winograd;

import org.jspecify.annotations.NullMarked;
