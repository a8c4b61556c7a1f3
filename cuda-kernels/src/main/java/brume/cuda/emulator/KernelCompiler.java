package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.Names.Place;
import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxProgram;
import brume.cuda.emulator.ptx.PtxVariable;
import brume.tensor.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a kernel of its PTX. Functions it calls are copied into it. Mutable while it does so. */
final class KernelCompiler {

  private final PtxProgram program;
  private final Map<String, Place> globals;
  private final SharedLayout shared;
  private final Registers registers = new Registers();
  private final List<Instruction> code = new ArrayList<>();
  private final Deque<String> calls = new ArrayDeque<>();
  private int localBytes;
  private boolean ordered;

  private KernelCompiler(PtxProgram program, PtxFunction entry, Map<String, Place> globals) {
    this.program = program;
    this.globals = globals;
    this.shared = new SharedLayout(program, entry);
  }

  /** Compiles a kernel; the places are those of the file's variables in device memory. */
  static KernelCode compile(PtxProgram program, PtxFunction entry, Map<String, Place> globals) {
    return new KernelCompiler(program, entry, globals).kernel(entry);
  }

  private KernelCode kernel(PtxFunction entry) {
    Parameters parameters = new Parameters(entry.name(), entry.parameters());
    Map<String, Place> given = new HashMap<>();
    for (int i = 0; i < entry.parameters().size(); i++) {
      given.put(entry.parameters().get(i).name(), new Place(Space.PARAM, parameters.start(i)));
    }
    copy(entry, given, entry.line());
    return new KernelCode(
        entry.name(),
        program.name(),
        code.toArray(Instruction[]::new),
        registers,
        parameters,
        new KernelCode.Layout(shared.bytes(), shared.cellBytes(), aligned(localBytes, 8)),
        ordered,
        entry.mostThreads());
  }

  /** Appends a function's instructions; its parameters and results lie where they are given. */
  void copy(PtxFunction function, Map<String, Place> given, int calledAt) {
    if (calls.contains(function.name())) {
      throw new CudaException(
          CudaStatus.INVALID_PTX,
          Text.of("%s:%d", program.name(), calledAt),
          "expected calls without recursion, got one of " + function.name(),
          "rewrite it as a loop");
    }
    calls.push(function.name());
    Map<String, Place> places = new HashMap<>(globals);
    shared.addTo(function, places);
    for (PtxVariable variable : function.variables()) {
      if (variable.space().equals("local") || variable.space().equals("param")) {
        localBytes = aligned(localBytes, Math.max(8, variable.align()));
        places.put(variable.name(), new Place(Space.LOCAL, localBytes));
        localBytes += variable.bytes();
      }
    }
    places.putAll(given);
    Names names = new Names(program.name(), function, registers, places);
    new FunctionCompiler(this, function, names).compile();
    calls.pop();
  }

  PtxProgram program() {
    return program;
  }

  /** Whether the code goes into a kernel itself rather than into a function it calls. */
  boolean atTop() {
    return calls.size() == 1;
  }

  /** Where the next instruction goes. */
  int place() {
    return code.size();
  }

  void append(Instruction instruction) {
    code.add(instruction);
  }

  /** Notes that blocks meet in device memory. */
  void needsOrder() {
    ordered = true;
  }

  private static int aligned(int offset, int align) {
    return (offset + align - 1) / align * align;
  }
}
