/** Files that TensorBoard shows: curves, samples and the recipe of a run. */
@NullMarked
package brume.diffusion.tensorboard;

import org.jspecify.annotations.NullMarked;
