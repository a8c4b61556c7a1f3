/**
 * What a run leaves in its folder, so that it can go on after anything: a kill, a full disk, a power
 * failure, a second process on the same folder.
 */
@NullMarked
package brume.diffusion.run;

import org.jspecify.annotations.NullMarked;
