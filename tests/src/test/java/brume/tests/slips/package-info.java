/** Mistakes of the texts that Brume implements, each with a test that Brume does not make it. */
@NullMarked
package brume.tests.slips;

import org.jspecify.annotations.NullMarked;
