/**
 * The command line: {@code ./brume train}, {@code sample}, {@code list},
 * {@code bench}, {@code doctor}. A command
 * reads its options, opens a backend and leaves the work to {@link brume.diffusion.run} and {@link
 * brume.diffusion.sampler}. Whatever goes wrong is told in one sentence.
 */
@NullMarked
package brume.diffusion.cli;

import org.jspecify.annotations.NullMarked;
