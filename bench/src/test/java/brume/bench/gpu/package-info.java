/** Tests of the checks of GPUs: that they pass where all is well, and fail where something is not. */
@NullMarked
package brume.bench.gpu;

import org.jspecify.annotations.NullMarked;
