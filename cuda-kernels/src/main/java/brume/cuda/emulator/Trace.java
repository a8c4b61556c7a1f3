package brume.cuda.emulator;

import brume.cuda.driver.Grid;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxInstruction;
import brume.cuda.emulator.ptx.PtxType;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells what one thread of a kernel does: every instruction with its line in the PTX, and what it left
 * in its registers or in memory.
 */
final class Trace implements Tracer {

  /** Sizes of numbers that kernels compute with; as integers they would be huge. */
  private static final float LEAST = 1e-12f;

  private static final float MOST = 1e12f;

  private final KernelCode code;
  private final byte[] arguments;
  private final DeviceMemory memory;
  private final long block;
  private final int thread;
  private final Consumer<String> line;

  Trace(
      KernelCode code,
      byte[] arguments,
      DeviceMemory memory,
      long block,
      int thread,
      Consumer<String> line) {
    this.code = code;
    this.arguments = arguments;
    this.memory = memory;
    this.block = block;
    this.thread = thread;
    this.line = line;
  }

  /** Tells of the launch as a whole. */
  void begin(Grid grid) {
    line.accept(Text.of(
        "%s (%s): grid (%d, %d, %d) of blocks of (%d, %d, %d) threads",
        code.name(),
        code.file(),
        grid.gridX(),
        grid.gridY(),
        grid.gridZ(),
        grid.blockX(),
        grid.blockY(),
        grid.blockZ()));
    for (int i = 0; i < code.parameters().all().size(); i++) {
      line.accept(Text.of("  argument %d  %s", i, argument(i)));
    }
    line.accept(Text.of("block %d, thread %d:", block, thread));
  }

  private String argument(int i) {
    int start = code.parameters().start(i);
    int bytes = code.parameters().all().get(i).bytes();
    if (bytes == Long.BYTES) {
      long value = Bytes.get(arguments, start, bytes);
      Allocation piece = memory.at(value);
      return piece.number() == 0
          ? Long.toString(value)
          : Text.of("%d bytes of device memory", piece.size());
    }
    List<String> words = new ArrayList<>();
    for (int at = start; at < start + bytes; at += Integer.BYTES) {
      words.add(word((int) Bytes.get(arguments, at, Integer.BYTES)));
    }
    return String.join(", ", words);
  }

  /** A word as an integer, or as a float if it is one by its size. */
  private static String word(int bits) {
    float value = Float.intBitsToFloat(bits);
    boolean likely = Math.abs(value) >= LEAST && Math.abs(value) <= MOST;
    return likely ? Float.toString(value) : Integer.toString(bits);
  }

  @Override
  public void after(Warp warp, Instruction at, int active, int chosen) {
    int lane = thread - warp.index * Lanes.COUNT;
    if (warp.block.number() != block
        || lane < 0
        || lane >= Lanes.COUNT
        || !Lanes.has(active, lane)) {
      return;
    }
    String effect =
        Lanes.has(chosen, lane) ? effect(warp, at, lane) : "skipped: its guard is false";
    String told = Text.of("%6d  %s", at.source.line(), at.source.text());
    line.accept(effect.isEmpty() ? told : Text.of("%-64s  %s", told, effect));
  }

  private String effect(Warp warp, Instruction at, int lane) {
    PtxInstruction source = at.source;
    String base = source.opcode().split("\\.", 2)[0];
    switch (at.kind) {
      case BRANCH, TABLE:
        return source.opcode().startsWith("ret") ? "returns" : "goes there";
      case BARRIER:
        return "waits for the block";
      case EXIT:
        return "ends";
      default:
        break;
    }
    if (base.equals("st") || base.equals("red")) {
      return Text.of(
          "%s := %s",
          place(warp, at, 0, lane), values(warp, at, source.operands().get(1), lane));
    }
    String results =
        source.operands().isEmpty() ? "" : values(warp, at, source.operands().get(0), lane);
    boolean fromMemory =
        base.equals("ld") && !source.opcode().contains(".param") || base.equals("atom");
    // A load may overwrite the register of its own address, which then tells nothing.
    boolean known =
        fromMemory && !source.operands().get(0).equals(base(source.operands().get(1)));
    return known ? results + "  from " + place(warp, at, 1, lane) : results;
  }

  private static Operand base(Operand operand) {
    return operand instanceof Operand.Address address ? address.base() : operand;
  }

  // ---- Registers and places

  private String values(Warp warp, Instruction at, Operand operand, int lane) {
    if (operand instanceof Operand.Group group) {
      List<String> parts = new ArrayList<>();
      group.parts().forEach(part -> parts.add(values(warp, at, part, lane)));
      return String.join(", ", parts);
    }
    if (operand instanceof Operand.Pair pair) {
      return values(warp, at, pair.first(), lane) + ", " + values(warp, at, pair.second(), lane);
    }
    if (operand instanceof Operand.Name name) {
      return at.names
          .typeOf(name.name())
          .map(type -> name.name() + " = " + value(warp, at, name.name(), type, lane))
          .orElse(name.name());
    }
    return operand instanceof Operand.Literal literal ? Long.toString(literal.bits()) : "";
  }

  private String value(Warp warp, Instruction at, String name, PtxType type, int lane) {
    if (type == PtxType.PRED) {
      int slot = at.names.predicate(name).orElseThrow();
      return Boolean.toString(Lanes.has(warp.predicates[slot], lane));
    }
    if (type.bytes() == Long.BYTES) {
      long value = warp.longs[at.names.longer(name).orElseThrow()][lane];
      return type == PtxType.F64
          ? Double.toString(Double.longBitsToDouble(value))
          : inDevice(value).orElse(Long.toString(value));
    }
    int value = warp.words[at.names.word(name).orElseThrow()][lane];
    if (type == PtxType.F32 || at.source.opcode().endsWith(".f32")) {
      return Float.toString(Float.intBitsToFloat(value));
    }
    String likely = word(value);
    String integer = Integer.toString(value);
    return likely.equals(integer) ? integer : integer + ", as a float " + likely;
  }

  /** The place an instruction reads or writes. */
  private String place(Warp warp, Instruction at, int operand, int lane) {
    if (!(at.source.operands().get(operand) instanceof Operand.Address address)) {
      return "";
    }
    if (!(address.base() instanceof Operand.Name name)) {
      return at.source.operands().get(operand).toString();
    }
    if (at.names.place(name.name()).isPresent()) {
      return name.name() + plus(address.offset());
    }
    Optional<PtxType> type = at.names.typeOf(name.name());
    boolean wide = type.isPresent() && type.get().bytes() == Long.BYTES;
    long value = address.offset()
        + (wide
            ? warp.longs[at.names.longer(name.name()).orElseThrow()][lane]
            : warp.words[at.names.word(name.name()).orElseThrow()][lane]);
    return inDevice(value).orElse("byte " + value);
  }

  /** An address of the device, as so many bytes behind an argument. */
  private Optional<String> inDevice(long address) {
    if (memory.at(address).number() == 0) {
      return Optional.empty();
    }
    for (int i = 0; i < code.parameters().all().size(); i++) {
      if (code.parameters().all().get(i).bytes() == Long.BYTES) {
        long argument = Bytes.get(arguments, code.parameters().start(i), Long.BYTES);
        if (memory.at(argument) == memory.at(address)) {
          return Optional.of("argument " + i + plus(address - argument));
        }
      }
    }
    return Optional.empty();
  }

  private static String plus(long offset) {
    return offset == 0 ? "" : offset > 0 ? " + " + offset : " - " + -offset;
  }
}
