/**
 * Where samples go, however many: files and folders that are written sample by sample in constant
 * memory, go on where a stopped run left them, and appear under their name when they are complete.
 * {@link brume.diffusion.sink.SampleSink#open} is the way in.
 */
@NullMarked
package brume.diffusion.sink;

import org.jspecify.annotations.NullMarked;
