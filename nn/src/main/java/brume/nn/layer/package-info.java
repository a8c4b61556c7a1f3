/**
 * Functions with parameters, one file each. A layer and its function share a name; the function is
 * reached by static import of its method.
 */
@NullMarked
package brume.nn.layer;

import org.jspecify.annotations.NullMarked;
