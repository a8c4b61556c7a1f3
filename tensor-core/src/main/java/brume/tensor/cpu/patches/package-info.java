/**
 * What a filter sees of an image, as rows of a matrix: where patches lie ({@link
 * brume.tensor.cpu.patches.PatchGeometry}), how they are cut into tasks ({@link
 * brume.tensor.cpu.patches.Bands}), and three ways to lay them out.
 */
@NullMarked
package brume.tensor.cpu.patches;

import org.jspecify.annotations.NullMarked;
