/**
 * What encodes texts, and pictures that are compared with texts: the towers of CLIP and the encoder of T5.
 * Names in files are those of transformers.
 */
@NullMarked
package brume.nn.text;

import org.jspecify.annotations.NullMarked;
