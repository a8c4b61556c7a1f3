/**
 * What all kernels are made of: threads that share tasks ({@link brume.tensor.cpu.loop.Workers}), the
 * pieces work is cut into ({@link brume.tensor.cpu.loop.Pieces}), arrays that are used again
 * ({@link brume.tensor.cpu.loop.FloatPool}), what is made of weights and kept ({@link
 * brume.tensor.cpu.loop.KeptWeights}), sums down columns and along rows, and functions of vectors.
 * None of it knows a kernel.
 */
@NullMarked
package brume.tensor.cpu.loop;

import org.jspecify.annotations.NullMarked;
