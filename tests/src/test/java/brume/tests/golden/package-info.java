/**
 * Brume against numbers that others computed: each case is a safetensors file with inputs, arguments
 * and results, found by its kind and never by its name.
 */
@NullMarked
package brume.tests.golden;

import org.jspecify.annotations.NullMarked;
