/** The layout of the packages, as rules that fail. */
@NullMarked
package brume.tests.architecture;

import org.jspecify.annotations.NullMarked;
