/**
 * The GPU's backend: each family of kernels as PTX of our own, launched through the seam of {@link
 * brume.cuda.driver}. A family's class says how its kernels are launched, the {@code .cu} file of the
 * same name what they do.
 */
@NullMarked
package brume.cuda;

import org.jspecify.annotations.NullMarked;
