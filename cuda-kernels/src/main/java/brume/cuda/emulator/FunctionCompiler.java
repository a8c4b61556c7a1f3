package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.Instruction.Kind;
import brume.cuda.emulator.Names.Place;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxInstruction;
import brume.cuda.emulator.ptx.PtxVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compiles the body of one function at the place where it is needed. Mutable while it does so. */
final class FunctionCompiler {

  /** Label behind the last instruction. */
  private static final String END = "";

  private final KernelCompiler kernel;
  private final PtxFunction function;
  private final Names names;
  private final Map<String, Integer> labels = new HashMap<>();
  private final Map<String, List<Operand>> tables = new HashMap<>();
  private final List<Jump> jumps = new ArrayList<>();

  private record Jump(Instruction from, Decoder source, List<String> to) {}

  FunctionCompiler(KernelCompiler kernel, PtxFunction function, Names names) {
    this.kernel = kernel;
    this.function = function;
    this.names = names;
  }

  void compile() {
    for (PtxInstruction source : function.body()) {
      if (source.opcode().equals(PtxInstruction.TARGETS)) {
        List<Operand> parts = source.operands();
        tables.put(((Operand.Name) parts.get(0)).name(), parts.subList(1, parts.size()));
      }
    }
    for (PtxInstruction source : function.body()) {
      if (source.opcode().equals(PtxInstruction.LABEL)) {
        labels.put(((Operand.Name) source.operands().get(0)).name(), kernel.place());
      } else if (!source.opcode().equals(PtxInstruction.TARGETS)) {
        instruction(source);
      }
    }
    labels.put(END, kernel.place());
    for (Jump jump : jumps) {
      jump.from().targets =
          jump.to().stream().mapToInt(label -> target(jump, label)).toArray();
    }
  }

  private int target(Jump jump, String label) {
    Integer place = labels.get(label);
    if (place == null) {
      throw jump.source().error("expected a label of the function, got " + label);
    }
    return place;
  }

  private void instruction(PtxInstruction source) {
    Decoder d = new Decoder(source, names);
    int guard = source.guard().isEmpty()
        ? Instruction.NONE
        : names
            .predicate(source.guard())
            .orElseThrow(() -> d.error("expected a predicate, got " + source.guard()));
    switch (d.base()) {
      case "prefetch", "prefetchu", "nanosleep" -> {}
      case "membar", "fence" ->
        kernel.append(Instruction.lanes(source, names, guard, (w, from, to) -> w.block.fence()));
      case "bra" ->
        jump(
            Instruction.flow(source, names, Kind.BRANCH, guard, Instruction.NONE),
            d,
            List.of(label(d, 0)));
      case "brx" ->
        jump(
            Instruction.flow(source, names, Kind.TABLE, guard, d.word(0)),
            d,
            tables.getOrDefault(label(d, 1), List.of()).stream()
                .map(operand -> ((Operand.Name) operand).name())
                .toList());
      case "exit" ->
        kernel.append(Instruction.flow(source, names, Kind.EXIT, guard, Instruction.NONE));
      case "ret" -> {
        if (kernel.atTop()) {
          kernel.append(Instruction.flow(source, names, Kind.EXIT, guard, Instruction.NONE));
        } else {
          jump(
              Instruction.flow(source, names, Kind.BRANCH, guard, Instruction.NONE),
              d,
              List.of(END));
        }
      }
      case "trap" ->
        kernel.append(Instruction.lanes(source, names, guard, (w, from, to) -> {
          throw new Fault(CudaStatus.LAUNCH_FAILED, "trap", "see the kernel's source").at(from);
        }));
      case "bar", "barrier" -> barrier(source, d, guard);
      case "call" -> call(source, d, guard);
      default -> compute(source, d, guard);
    }
  }

  private void compute(PtxInstruction source, Decoder d, int guard) {
    if (WarpOps.reads(d.base())) {
      WarpOp op = WarpOps.decode(d);
      d.finish();
      kernel.append(Instruction.warp(source, names, guard, WarpOps.members(d), op));
      return;
    }
    if ((d.base().equals("atom") || d.base().equals("red"))
        && !source.opcode().contains(".shared")) {
      kernel.needsOrder();
    }
    kernel.append(Instruction.lanes(source, names, guard, Operations.decode(d)));
  }

  private void jump(Instruction instruction, Decoder d, List<String> labels) {
    if (labels.isEmpty()) {
      throw d.error("expected a table of labels");
    }
    kernel.append(instruction);
    jumps.add(new Jump(instruction, d, labels));
  }

  private static String label(Decoder d, int k) {
    if (d.operand(k) instanceof Operand.Name name) {
      return name.name();
    }
    throw d.error("expected a label");
  }

  private void barrier(PtxInstruction source, Decoder d, int guard) {
    if (d.take("warp")) {
      int members = d.word(0);
      kernel.append(Instruction.warp(source, names, guard, members, WarpOps.meeting(members)));
      return;
    }
    boolean whole = d.take("sync") && d.count() == 1; // with a count, it is for some of the threads
    d.ignore("cta", "aligned");
    d.finish();
    if (!whole) {
      throw d.unknown();
    }
    kernel.append(Instruction.flow(source, names, Kind.BARRIER, guard, Instruction.NONE));
  }

  /** call (results), function, (arguments): parameters lie where the arguments do. */
  private void call(PtxInstruction source, Decoder d, int guard) {
    List<Operand> results = d.operand(0) instanceof Operand.Group group ? group.parts() : List.of();
    int at = d.operand(0) instanceof Operand.Group ? 1 : 0;
    List<Operand> arguments = d.count() > at + 1 ? d.parts(at + 1) : List.of();
    PtxFunction callee = kernel.program().functions().get(label(d, at));
    if (callee == null
        || guard != Instruction.NONE
        || results.size() != callee.results().size()
        || arguments.size() != callee.parameters().size()) {
      throw d.error("expected an unconditional call of a function of this file, got");
    }
    Map<String, Place> given = new HashMap<>();
    give(d, callee.results(), results, given);
    give(d, callee.parameters(), arguments, given);
    kernel.copy(callee, given, source.line());
  }

  private void give(
      Decoder d, List<PtxVariable> formal, List<Operand> actual, Map<String, Place> given) {
    for (int i = 0; i < formal.size(); i++) {
      String variable = actual.get(i) instanceof Operand.Name name ? name.name() : "";
      Place place = names
          .place(variable)
          .orElseThrow(() -> d.error("expected arguments in .param variables"));
      given.put(formal.get(i).name(), place);
    }
  }
}
