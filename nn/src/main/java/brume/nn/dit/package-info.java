/** The diffusion transformer. Names in files are those of diffusers. */
@NullMarked
package brume.nn.dit;

import org.jspecify.annotations.NullMarked;
