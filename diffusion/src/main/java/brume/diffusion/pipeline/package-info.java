/**
 * Pictures of words: what the parts of a folder do together. A text encoder tells what a text says, a
 * network draws latents by it, and a decoder makes them pictures. Samplers, processes and guidance are those
 * of everything else, and do not know that there are words.
 */
@NullMarked
package brume.diffusion.pipeline;

import org.jspecify.annotations.NullMarked;
