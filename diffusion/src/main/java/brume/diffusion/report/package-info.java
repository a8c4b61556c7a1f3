/**
 * Runs as they are told: how far they have come, their figures, their curve while it grows, and a page that can
 * be mailed. All of it is read from a run's folder; whatever lies there may be somebody else's.
 */
@NullMarked
package brume.diffusion.report;

import org.jspecify.annotations.NullMarked;
