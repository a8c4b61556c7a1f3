package brume.cuda.emulator.ptx;

import java.util.List;
import java.util.Map;

/**
 * One PTX file.
 *
 * @param name for messages, {@code group_norm.ptx} for example
 * @param functions kernels and functions by name
 * @param variables declared outside of functions
 */
public record PtxProgram(
    String name, Map<String, PtxFunction> functions, List<PtxVariable> variables) {}
