package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import brume.cuda.emulator.Names.Place;
import brume.cuda.emulator.ptx.PtxFunction;
import brume.cuda.emulator.ptx.PtxParser;
import brume.cuda.emulator.ptx.PtxProgram;
import brume.cuda.emulator.ptx.PtxVariable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A PTX file in the emulated GPU. Its kernels are compiled when they are asked for. */
final class EmulatedModule implements KernelModule {

  private final PtxProgram program;
  private final Map<String, Place> globals;

  private EmulatedModule(PtxProgram program, Map<String, Place> globals) {
    this.program = program;
    this.globals = Map.copyOf(globals);
  }

  /** Reads a file and puts its variables into memory. */
  static EmulatedModule load(String name, String ptx, DeviceMemory memory) {
    PtxProgram program = PtxParser.parse(name, ptx);
    Map<String, Place> globals = new HashMap<>();
    for (PtxVariable variable : program.variables()) {
      if (!variable.space().equals("shared") && variable.bytes() > 0) {
        long address = memory.allocate(variable.bytes());
        byte[] contents = variable.contents().getBytes(StandardCharsets.ISO_8859_1);
        memory.at(address).write(address, Arrays.copyOf(contents, variable.bytes()));
        globals.put(variable.name(), new Place(Space.GLOBAL, address));
      }
    }
    return new EmulatedModule(program, globals);
  }

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public Kernel kernel(String entry) {
    PtxFunction function = program.functions().get(entry);
    if (function == null || !function.entry()) {
      throw new CudaException(
          CudaStatus.NOT_FOUND, program.name(), "expected a kernel called " + entry);
    }
    return new EmulatedKernel(KernelCompiler.compile(program, function, globals));
  }
}
