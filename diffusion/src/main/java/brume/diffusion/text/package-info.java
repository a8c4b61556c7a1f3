/**
 * Texts as the numbers that text encoders take: the tokenizers of CLIP and T5, read from the files that are
 * published beside their weights, and one that is trained here. The room knows no networks: what is
 * needed to open a folder of words is a file of settings and nothing else of ours.
 */
@NullMarked
package brume.diffusion.text;

import org.jspecify.annotations.NullMarked;
