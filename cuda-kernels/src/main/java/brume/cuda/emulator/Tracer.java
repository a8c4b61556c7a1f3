package brume.cuda.emulator;

/** Looks on while a kernel runs. */
@FunctionalInterface
interface Tracer {

  /** Sees nothing. */
  Tracer NONE = (warp, instruction, lanes) -> {};

  /** Called after an instruction, with the lanes for which it was run. */
  void after(Warp warp, Instruction instruction, int lanes);
}
