/**
 * Checks that need a GPU to mean much, and run on any backend: parity at the sizes of real networks,
 * determinism, constant memory, and steps captured into graphs. {@link brume.bench.gpu.GpuCheck} runs
 * them; {@code cuda-kernels/gpu-check.sh} makes a report of them, and of how long steps take.
 */
@NullMarked
package brume.bench.gpu;

import org.jspecify.annotations.NullMarked;
