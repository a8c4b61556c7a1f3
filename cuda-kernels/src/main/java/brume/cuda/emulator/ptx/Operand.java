package brume.cuda.emulator.ptx;

import java.util.List;

/** What an instruction works on, as written. */
public sealed interface Operand {

  /**
   * A register, variable, parameter, label or function.
   *
   * @param name as written, {@code %r1} for example
   */
  record Name(String name) implements Operand {}

  /**
   * A number in the text, such as {@code 0f3F800000}.
   *
   * @param bits the integer, or the bits of the floating-point number
   */
  record Literal(long bits) implements Operand {}

  /**
   * A place in memory: {@code [base + offset]}.
   *
   * @param base a name or a literal
   * @param offset in bytes
   */
  record Address(Operand base, long offset) implements Operand {}

  /**
   * Several operands in braces or parentheses.
   *
   * @param parts from left to right
   */
  record Group(List<Operand> parts) implements Operand {}

  /**
   * The opposite of a predicate: {@code !%p1}.
   *
   * @param predicate the register behind the exclamation mark
   */
  record Not(Operand predicate) implements Operand {}

  /**
   * Two results: {@code %r1|%p1}.
   *
   * @param first left of the bar
   * @param second right of the bar
   */
  record Pair(Operand first, Operand second) implements Operand {}
}
