package brume.cuda.emulator.ptx;

import java.util.List;
import java.util.Map;

/**
 * A kernel, or a function that kernels call.
 *
 * @param name as written
 * @param entry whether it is a kernel
 * @param mostThreads of a block, 0 if the file does not limit them
 * @param line of the file where it begins
 * @param results of a function, as parameters
 * @param parameters in order
 * @param registers declared in it, with their types
 * @param variables declared in it
 * @param body labels and instructions in order
 */
public record PtxFunction(
    String name,
    boolean entry,
    int mostThreads,
    int line,
    List<PtxVariable> results,
    List<PtxVariable> parameters,
    Map<String, PtxType> registers,
    List<PtxVariable> variables,
    List<PtxInstruction> body) {}
