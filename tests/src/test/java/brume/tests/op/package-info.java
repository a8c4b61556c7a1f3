/** Every differentiable function against its derivative, against the fast backends, at extremes. */
@NullMarked
package brume.tests.op;

import org.jspecify.annotations.NullMarked;
