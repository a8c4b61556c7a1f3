/** How parameters begin: distributions that depend on fan-in and fan-out. */
@NullMarked
package brume.nn.init;

import org.jspecify.annotations.NullMarked;
