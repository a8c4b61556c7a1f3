/**
 * Runs on a page: a server for this machine that shows how they learn while they do, and a page that can be
 * mailed. What it shows of a run it reads from the run's folder; whatever lies there may be somebody else's.
 */
@NullMarked
package brume.diffusion.web;

import org.jspecify.annotations.NullMarked;
