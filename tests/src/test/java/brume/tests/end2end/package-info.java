/** Whole runs of tiny networks: what a user is promised about training, resuming and sampling. */
@NullMarked
package brume.tests.end2end;

import org.jspecify.annotations.NullMarked;
