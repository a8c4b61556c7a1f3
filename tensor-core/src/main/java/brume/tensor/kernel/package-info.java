/**
 * What can be computed: one interface per family of kernels, and the geometry records that derive
 * and check all sizes once. Read {@link brume.tensor.kernel.NormalizationKernels} first, then {@code
 * ReferenceNormalization} for its meaning and {@code CpuNormalization} for its speed.
 *
 * <p>In every interface arguments read from left to right (sizes, inputs, outputs); outputs are
 * allocated by the caller and overwritten whatever they held, and shapes have been checked already.
 * An output may be the same tensor as an input only where the method says so.
 */
@NullMarked
package brume.tensor.kernel;

import org.jspecify.annotations.NullMarked;
