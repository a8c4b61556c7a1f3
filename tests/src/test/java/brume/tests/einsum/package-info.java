/** Einsum and the patterns of axes against plain loops, on specs drawn at random. */
@NullMarked
package brume.tests.einsum;

import org.jspecify.annotations.NullMarked;
