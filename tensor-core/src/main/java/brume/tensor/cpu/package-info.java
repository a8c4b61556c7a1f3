/**
 * What each kernel costs on the CPU: the Vector API, a fixed pool of threads, and arrays that are used
 * again. Read {@code CpuNormalization} for the pattern of a kernel, then {@code Gemm} for the speed.
 *
 * <p>Results do not depend on the number of threads: work is cut into the same pieces and sums are
 * taken in the same order, whoever computes them.
 */
@NullMarked
package brume.tensor.cpu;

import org.jspecify.annotations.NullMarked;
