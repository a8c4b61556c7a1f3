package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxInstruction;
import brume.cuda.emulator.ptx.PtxType;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One instruction on its way from text to operation: its suffixes are taken one by one, its operands
 * become slots. Mutable: what nobody took at the end was not understood.
 */
final class Decoder {

  private final PtxInstruction source;
  private final Names names;
  private final String base;
  private final List<String> suffixes;

  Decoder(PtxInstruction source, Names names) {
    this.source = source;
    this.names = names;
    List<String> parts = Arrays.asList(source.opcode().split("\\."));
    this.base = parts.get(0);
    this.suffixes = new ArrayList<>(parts.subList(1, parts.size()));
  }

  /** The opcode without suffixes. */
  String base() {
    return base;
  }

  Names names() {
    return names;
  }

  // ---- Suffixes

  /** Takes a suffix if it is there. */
  boolean take(String suffix) {
    return suffixes.remove(suffix);
  }

  /** Takes the first of several suffixes that is there; empty if none is. */
  Optional<String> takeOne(String... choices) {
    for (String choice : choices) {
      if (take(choice)) {
        return Optional.of(choice);
      }
    }
    return Optional.empty();
  }

  /** Takes suffixes that make no difference here. */
  void ignore(String... suffix) {
    suffixes.removeAll(Arrays.asList(suffix));
  }

  /** Takes suffixes that make no difference here, by how they begin. */
  void ignoreBeginning(String prefix) {
    suffixes.removeIf(suffix -> suffix.startsWith(prefix));
  }

  /** Takes the first type. */
  PtxType type() {
    for (String suffix : suffixes) {
      Optional<PtxType> type = PtxType.named(suffix);
      if (type.isPresent()) {
        suffixes.remove(suffix);
        return type.get();
      }
    }
    throw unknown();
  }

  /** Takes a direction of rounding; to nearest if none is there. */
  Rounding rounding() {
    if (take("rz")) {
      return Rounding.ZERO;
    }
    if (take("rm")) {
      return Rounding.DOWN;
    }
    if (take("rp")) {
      return Rounding.UP;
    }
    take("rn");
    return Rounding.NEAREST;
  }

  /** Checks that all suffixes were understood. */
  void finish() {
    if (!suffixes.isEmpty()) {
      throw unknown();
    }
  }

  // ---- Operands

  int count() {
    return source.operands().size();
  }

  Operand operand(int k) {
    if (k >= count()) {
      throw error(Text.of("expected more than %d operands", count()));
    }
    return source.operands().get(k);
  }

  /** The parts of an operand in braces, or the operand itself. */
  List<Operand> parts(int k) {
    return operand(k) instanceof Operand.Group group ? group.parts() : List.of(operand(k));
  }

  boolean isLong(Operand operand) {
    return operand instanceof Operand.Name name
        && names.typeOf(name.name()).filter(type -> type.bytes() == 8).isPresent();
  }

  /** Slot of an operand of 32 bits or fewer. */
  int word(int k) {
    return word(operand(k));
  }

  int word(Operand operand) {
    if (operand instanceof Operand.Literal literal) {
      return names.registers().wordConstant((int) literal.bits());
    }
    if (operand instanceof Operand.Name name) {
      if (name.name().equals("_")) {
        return names.registers().newWord();
      }
      return names
          .word(name.name())
          .orElseThrow(() -> error("expected a 32-bit register, got " + name.name()));
    }
    throw error("expected a register or a number");
  }

  /** Slot of an operand of 64 bits. */
  int longer(int k) {
    return longer(operand(k));
  }

  int longer(Operand operand) {
    if (operand instanceof Operand.Literal literal) {
      return names.registers().longConstant(literal.bits());
    }
    if (operand instanceof Operand.Name name) {
      return names
          .longer(name.name())
          .orElseThrow(() -> error("expected a 64-bit register, got " + name.name()));
    }
    throw error("expected a register or a number");
  }

  /** Slot of a predicate; complemented if its opposite is meant. */
  int predicate(int k) {
    return predicate(operand(k));
  }

  int predicate(Operand operand) {
    if (operand instanceof Operand.Not not) {
      return ~predicate(not.predicate());
    }
    if (operand instanceof Operand.Literal literal) {
      return names.registers().predicateConstant(literal.bits() != 0);
    }
    if (operand instanceof Operand.Name name) {
      if (name.name().equals("_")) {
        return names.registers().newPredicate();
      }
      return names
          .predicate(name.name())
          .orElseThrow(() -> error("expected a predicate, got " + name.name()));
    }
    throw error("expected a predicate");
  }

  // ---- Messages

  CudaException unknown() {
    return error("unknown instruction");
  }

  CudaException error(String problem) {
    return new CudaException(
        CudaStatus.INVALID_PTX,
        Text.of("%s:%d", names.file(), source.line()),
        Text.of("%s '%s'", problem, source.text()),
        "teach it to the emulator");
  }
}
