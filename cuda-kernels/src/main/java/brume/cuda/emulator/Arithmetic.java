package brume.cuda.emulator;

import brume.cuda.emulator.ptx.PtxType;

/** Reads instructions that compute, by the type they compute on. */
final class Arithmetic {

  private Arithmetic() {}

  static Op decode(Decoder d) {
    PtxType type = d.type();
    if (type == PtxType.PRED) {
      return PredicateOps.decode(d);
    }
    if (type.floating()) {
      return type == PtxType.F32 ? FloatOps.decode(d) : DoubleOps.decode(d);
    }
    return switch (type.bytes()) {
      case 8 -> LongOps.decode(d, type);
      case 4 -> IntegerOps.decode(d, type);
      case 2 -> HalfwordOps.decode(d, type);
      default -> throw d.unknown();
    };
  }
}
