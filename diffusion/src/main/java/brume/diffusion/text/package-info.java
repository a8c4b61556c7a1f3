/**
 * Texts as the numbers that text encoders take: the tokenizers of CLIP and T5, read from the files that are
 * published beside their weights, and one that is trained here. The room knows settings files and the rows
 * that {@link brume.nn.text} takes, and nothing else.
 */
@NullMarked
package brume.diffusion.text;

import org.jspecify.annotations.NullMarked;
