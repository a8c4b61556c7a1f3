/**
 * Where pictures go: grids, animations and loss curves, written as PNG and GIF files that are
 * either whole or not there. Works on machines without a display.
 */
@NullMarked
package brume.diffusion.image;

import org.jspecify.annotations.NullMarked;
