/**
 * What a tensor is: a {@linkplain brume.tensor.Shape shape}, a place that holds its numbers, and a
 * {@linkplain brume.tensor.Scope scope} that frees them. Tensors have no arithmetic; that is the
 * business of {@link brume.tensor.kernel}.
 *
 * <p>Axes are named by letters, the same everywhere: N samples, H height, W width, C channels, L
 * sequence length, P positions (H·W or L), G groups, D channels per group or head. Numbers are dense
 * and channels come last: (N, H, W, C), (N, L, C), (N, C).
 */
@NullMarked
package brume.tensor;

import org.jspecify.annotations.NullMarked;
