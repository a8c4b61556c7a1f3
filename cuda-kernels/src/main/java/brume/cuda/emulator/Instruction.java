package brume.cuda.emulator;

import brume.cuda.emulator.ptx.PtxInstruction;

/** One compiled instruction: what it was in the PTX, and what it does. */
final class Instruction {

  /** How an instruction takes part in the flow of a warp. */
  enum Kind {
    /** Each lane by itself. */
    LANES,
    /** Lanes together, which must all have arrived. */
    WARP,
    /** Goes on elsewhere. */
    BRANCH,
    /** Goes on at one of several places, each lane by its own index. */
    TABLE,
    /** Waits for all threads of the block. */
    BARRIER,
    /** The end of a thread. */
    EXIT
  }

  /** No guard, no member mask. */
  static final int NONE = -1;

  final PtxInstruction source;
  final Names names;
  final Kind kind;

  /** Predicate that must be true, or {@link #NONE}. */
  final int guard;

  final boolean negated;
  final Op op;
  final WarpOp warpOp;

  /** Word register with the lanes that take part in a {@link Kind#WARP}, or {@link #NONE}; index of a TABLE. */
  final int selector;

  /** Where a branch goes; set once, when all labels are known. */
  int[] targets = {};

  private Instruction(
      PtxInstruction source,
      Names names,
      Kind kind,
      int guard,
      Op op,
      WarpOp warpOp,
      int selector) {
    this.source = source;
    this.names = names;
    this.kind = kind;
    this.guard = guard;
    this.negated = source.negated();
    this.op = op;
    this.warpOp = warpOp;
    this.selector = selector;
  }

  static Instruction lanes(PtxInstruction source, Names names, int guard, Op op) {
    return new Instruction(source, names, Kind.LANES, guard, op, (w, lanes) -> {}, NONE);
  }

  static Instruction warp(PtxInstruction source, Names names, int guard, int members, WarpOp op) {
    return new Instruction(source, names, Kind.WARP, guard, Op.NOTHING, op, members);
  }

  static Instruction flow(PtxInstruction source, Names names, Kind kind, int guard, int index) {
    return new Instruction(source, names, kind, guard, Op.NOTHING, (w, lanes) -> {}, index);
  }
}
