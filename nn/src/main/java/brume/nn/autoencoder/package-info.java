/** Networks that make pictures smaller and whole again. Names in files are those of diffusers. */
@NullMarked
package brume.nn.autoencoder;

import org.jspecify.annotations.NullMarked;
