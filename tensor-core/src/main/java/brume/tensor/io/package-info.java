/**
 * Files that others can read: tensors in the {@linkplain brume.tensor.io.SafeTensors safetensors}
 * format, arrays in numpy's {@linkplain brume.tensor.io.NpyFile .npy} and {@linkplain
 * brume.tensor.io.NpzFile .npz}, and {@linkplain brume.tensor.io.AtomicFile files} that are either
 * the old ones or the new ones but never something in between.
 */
@NullMarked
package brume.tensor.io;

import org.jspecify.annotations.NullMarked;
