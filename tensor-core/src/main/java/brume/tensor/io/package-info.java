/**
 * Files that others can read: tensors in the {@linkplain brume.tensor.io.SafeTensors safetensors}
 * format, and {@linkplain brume.tensor.io.AtomicFile files} that are either the old ones or the new
 * ones but never something in between.
 */
@NullMarked
package brume.tensor.io;

import org.jspecify.annotations.NullMarked;
