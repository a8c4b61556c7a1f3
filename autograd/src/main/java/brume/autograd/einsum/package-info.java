/**
 * Sums of products over named indices: a {@link brume.autograd.einsum.EinsumSpec} is read once, {@link
 * brume.autograd.einsum.Contraction} is what it asks of tensors of given sizes, and a plan in a good
 * order turns that into batched matrix products. {@link brume.autograd.einsum.AxisPattern} reads the
 * patterns of rearrange, reduce and repeat with the same {@code Tokens}. Nothing here differentiates;
 * that is done by the functions of the same names in {@code brume.autograd.function}.
 */
@NullMarked
package brume.autograd.einsum;

import org.jspecify.annotations.NullMarked;
