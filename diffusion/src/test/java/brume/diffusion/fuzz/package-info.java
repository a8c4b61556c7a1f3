/** Tries hostile files of all formats. */
@NullMarked
package brume.diffusion.fuzz;

import org.jspecify.annotations.NullMarked;
