/**
 * Runs on a page: a server for this machine that shows how they learn while they do, and lets samples be drawn.
 * What it shows of a run is somebody else's, perhaps, and so is who asks.
 */
@NullMarked
package brume.diffusion.web;

import org.jspecify.annotations.NullMarked;
