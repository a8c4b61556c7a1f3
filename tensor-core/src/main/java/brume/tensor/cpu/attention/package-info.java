/**
 * Attention. {@link brume.tensor.cpu.attention.CpuAttention} is the door; behind it are softmax along
 * rows and down columns, the matrices of single heads, and linear attention of a tensor with itself.
 */
@NullMarked
package brume.tensor.cpu.attention;

import org.jspecify.annotations.NullMarked;
