/**
 * The text of PTX, read: a {@link brume.cuda.emulator.ptx.PtxProgram} has functions and variables, a
 * function has instructions with operands. Nothing here knows what an instruction does.
 */
@NullMarked
package brume.cuda.emulator.ptx;

import org.jspecify.annotations.NullMarked;
