/**
 * Several processes that work on one run: who they are, how bytes go between them, and how their gradients
 * are added so that the sum has the same bits whatever their number. {@link brume.diffusion.ranks.Ranks}
 * moves bytes and knows no arithmetic; {@link brume.diffusion.ranks.OrderedSum} adds, in the order of the
 * parts of a step; {@link brume.diffusion.ranks.Team} agrees. Only this package knows of MPI.
 */
@NullMarked
package brume.diffusion.ranks;

import org.jspecify.annotations.NullMarked;
