/**
 * The seam between the CUDA backend and the machine: memory, kernels from PTX, launches and graphs.
 * {@code JCudaDriver} stands behind it where there is an NVIDIA driver, an emulation everywhere.
 */
@NullMarked
package brume.cuda.driver;

import org.jspecify.annotations.NullMarked;
