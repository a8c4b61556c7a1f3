/**
 * The only description of a run: {@link brume.diffusion.recipe.Recipe}, choices from the catalogs of
 * the other rooms. The command line, {@code config.json} and the presets are ways to write it down.
 */
@NullMarked
package brume.diffusion.recipe;

import org.jspecify.annotations.NullMarked;
