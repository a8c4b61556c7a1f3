/**
 * A GPU in Java: runs the very PTX that ships on the CPU, and stops with kernel, line, block and
 * thread where a real GPU would go on with wrong numbers.
 *
 * <p>A {@link brume.cuda.emulator.ptx.PtxProgram} is compiled once into operations that work on the 32
 * lanes of a warp at a time. The threads of a warp that stand at the same instruction run it together;
 * where they part, the ones furthest behind run first, until all meet again. A warp runs to the next
 * barrier, then waits for the other warps of its block.
 */
@NullMarked
package brume.cuda.emulator;

import org.jspecify.annotations.NullMarked;
