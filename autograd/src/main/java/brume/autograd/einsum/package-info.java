/**
 * Sums of products over named indices: a {@link brume.autograd.einsum.EinsumSpec} is read once, {@link
 * brume.autograd.einsum.Contraction} is what it asks of tensors of given sizes, and a plan in a good
 * order turns that into batched matrix products. Nothing here differentiates; that is done by {@code
 * Einsum} in {@code brume.autograd.function}.
 */
@NullMarked
package brume.autograd.einsum;

import org.jspecify.annotations.NullMarked;
