/**
 * How fast the kernels and whole steps are, beside what the machine can do at best and beside PyTorch:
 * benchmarks for JMH, and the tables made of their results. {@code bench/jmh.sh} and {@code
 * bench/compare.sh} run them.
 */
@NullMarked
package brume.bench;

import org.jspecify.annotations.NullMarked;
