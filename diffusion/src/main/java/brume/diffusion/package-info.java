/** What every room of diffusion models knows; the first room is {@code process}. */
@NullMarked
package brume.diffusion;

import org.jspecify.annotations.NullMarked;
