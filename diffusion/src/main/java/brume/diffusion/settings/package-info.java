/**
 * Settings as records, and the engine that reads and writes them: one {@link
 * brume.diffusion.settings.About} a component gives the option of the command line, the key of the
 * JSON, the range and the help. Knows nothing of diffusion.
 */
@NullMarked
package brume.diffusion.settings;

import org.jspecify.annotations.NullMarked;
