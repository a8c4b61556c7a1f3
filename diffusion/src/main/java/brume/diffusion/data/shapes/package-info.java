/**
 * Pictures of a few plain figures, what they show and the words for it: kinds, colours, sizes and places, all
 * of it known exactly, so that a model that draws what a text says can be judged without a judge that was
 * trained. Begin with {@link brume.diffusion.data.shapes.Scene}.
 */
@NullMarked
package brume.diffusion.data.shapes;

import org.jspecify.annotations.NullMarked;
