/**
 * The seams between the CUDA backend and NVIDIA's libraries: {@link brume.cuda.library.Blas} takes the
 * matrix products and {@link brume.cuda.library.Dnn} the convolutions where cuBLAS and cuDNN are found.
 */
@NullMarked
package brume.cuda.library;

import org.jspecify.annotations.NullMarked;
