/**
 * The networks of {@link brume.nn} by name, each with the settings its authors leave open. One file a
 * kind, one line in {@link brume.diffusion.network.Networks}.
 */
@NullMarked
package brume.diffusion.network;

import org.jspecify.annotations.NullMarked;
