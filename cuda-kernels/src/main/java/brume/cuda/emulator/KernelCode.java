package brume.cuda.emulator;

/** A kernel ready to run. */
final class KernelCode {

  private final String name;
  private final String file;
  private final Instruction[] instructions;
  private final Registers registers;
  private final Parameters parameters;
  private final Layout layout;
  private final boolean ordered;
  private final int mostThreads;

  KernelCode(
      String name,
      String file,
      Instruction[] instructions,
      Registers registers,
      Parameters parameters,
      Layout layout,
      boolean ordered,
      int mostThreads) {
    this.name = name;
    this.file = file;
    this.instructions = instructions;
    this.registers = registers;
    this.parameters = parameters;
    this.layout = layout;
    this.ordered = ordered;
    this.mostThreads = mostThreads;
  }

  /**
   * Memory a kernel declares.
   *
   * @param sharedBytes of a block, without what the launch adds
   * @param cellBytes the smallest access to shared memory, by which races are told apart
   * @param localBytes of a thread
   */
  record Layout(int sharedBytes, int cellBytes, int localBytes) {}

  String name() {
    return name;
  }

  String file() {
    return file;
  }

  Instruction[] instructions() {
    return instructions;
  }

  Registers registers() {
    return registers;
  }

  Parameters parameters() {
    return parameters;
  }

  Layout layout() {
    return layout;
  }

  /** Whether blocks must run one after the other, since they meet in device memory. */
  boolean ordered() {
    return ordered;
  }

  /** Most threads of a block, as the file says; 0 if it does not. */
  int mostThreads() {
    return mostThreads;
  }
}
