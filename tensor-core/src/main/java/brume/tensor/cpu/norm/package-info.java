/**
 * Normalization. {@link brume.tensor.cpu.norm.CpuNormalization} is the door, and the pattern of a kernel;
 * behind it are the blocks of a sample, the moments of groups, and normalization by root mean squares.
 */
@NullMarked
package brume.tensor.cpu.norm;

import org.jspecify.annotations.NullMarked;
