package brume.cuda.emulator;

/** Looks on while a kernel runs. */
@FunctionalInterface
interface Tracer {

  /** Sees nothing. */
  Tracer NONE = (warp, instruction, active, chosen) -> {};

  /**
   * Called after an instruction, or before it if it changes the flow.
   *
   * @param warp whose lanes came to the instruction
   * @param instruction what was run
   * @param active lanes that came to it
   * @param chosen those among them for which its guard holds
   */
  void after(Warp warp, Instruction instruction, int active, int chosen);
}
