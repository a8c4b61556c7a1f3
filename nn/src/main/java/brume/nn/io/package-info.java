/** Parameters in files, under the names and in the order of the systems the networks come from. */
@NullMarked
package brume.nn.io;

import org.jspecify.annotations.NullMarked;
