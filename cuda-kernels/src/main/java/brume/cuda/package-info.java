/**
 * The place of the CUDA backend, which is not written yet: kernels of our own in PTX, with cuBLAS and
 * cuDNN beside them, behind the interfaces of {@link brume.tensor.kernel}.
 */
@NullMarked
package brume.cuda;

import org.jspecify.annotations.NullMarked;
