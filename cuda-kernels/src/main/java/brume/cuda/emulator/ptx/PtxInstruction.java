package brume.cuda.emulator.ptx;

import java.util.List;

/**
 * One instruction, label or table of labels of a function.
 *
 * @param line of the file, from 1
 * @param text as written
 * @param guard the predicate it depends on, empty if none
 * @param negated whether it runs where the guard is false
 * @param opcode with all suffixes, {@code ld.global.f32} for example; {@link #LABEL} for a label and
 *     {@link #TARGETS} for a table of labels, whose first operand is its name
 * @param operands as written, results first
 */
public record PtxInstruction(
    int line, String text, String guard, boolean negated, String opcode, List<Operand> operands) {

  /** Opcode of a label. */
  public static final String LABEL = ":";

  /** Opcode of a table of labels. */
  public static final String TARGETS = ".branchtargets";
}
