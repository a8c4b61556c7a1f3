/** Arithmetic on tensors for code that needs no gradient: samplers, data, tests. */
@NullMarked
package brume.tensor.math;

import org.jspecify.annotations.NullMarked;
