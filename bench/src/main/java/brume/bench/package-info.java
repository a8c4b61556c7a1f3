/**
 * How fast the kernels are: JMH benchmarks of the shapes that networks have, in GFLOP per second. Each
 * class has a main method; the backend is chosen with {@code -p backend=...} or is the CPU.
 */
@NullMarked
package brume.bench;

import org.jspecify.annotations.NullMarked;
