/**
 * What each kernel costs on the CPU: the Vector API, a fixed pool of threads, and arrays that are used
 * again. Families of kernels have packages of their own, each with a door or a few:
 *
 * <pre>
 *   loop  &lt;-  gemm  &lt;-  patches  &lt;-  winograd
 *                   &lt;-  attention
 *         &lt;-  norm
 * </pre>
 *
 * <p>Here are the kernels of one file each, and {@link brume.tensor.cpu.CpuBackend}, which puts all of them
 * together. Read {@link brume.tensor.cpu.norm.CpuNormalization} for the pattern of a kernel, then
 * {@link brume.tensor.cpu.gemm.Gemm} for the speed.
 *
 * <p>Results do not depend on the number of threads: work is cut into the same pieces and sums are
 * taken in the same order, whoever computes them.
 */
@NullMarked
package brume.tensor.cpu;

import org.jspecify.annotations.NullMarked;
