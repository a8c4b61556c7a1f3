/** Transformers in which pictures and words attend to each other. Names in files are those of diffusers. */
@NullMarked
package brume.nn.joint;

import org.jspecify.annotations.NullMarked;
