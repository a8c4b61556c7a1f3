/**
 * Products of matrices. {@link brume.tensor.cpu.gemm.Gemm} is the general one,
 * {@link brume.tensor.cpu.gemm.FewRows} the one for few rows; both multiply a {@link
 * brume.tensor.cpu.gemm.Matrix} by the {@link brume.tensor.cpu.gemm.Panels} that another is packed into,
 * a {@link brume.tensor.cpu.gemm.Tile} of the result at a time.
 */
@NullMarked
package brume.tensor.cpu.gemm;

import org.jspecify.annotations.NullMarked;
