/** Networks that look at pictures and are not trained here. */
@NullMarked
package brume.nn.vision;

import org.jspecify.annotations.NullMarked;
