package brume.cuda.emulator;

/** Finds the reader of an instruction by its opcode. */
final class Operations {

  private Operations() {}

  /** The operation of an instruction that each lane runs by itself. */
  static Op decode(Decoder d) {
    Op op =
        switch (d.base()) {
          case "ld", "ldu" -> MemoryOps.load(d);
          case "st" -> MemoryOps.store(d);
          case "atom", "red" -> AtomicOps.decode(d);
          case "mov" -> MoveOps.decode(d);
          case "cvta" -> MoveOps.convertAddress(d);
          case "cvt" -> ConvertOps.decode(d);
          case "setp" -> CompareOps.setPredicate(d);
          case "set" -> CompareOps.setWord(d);
          case "selp" -> CompareOps.select(d);
          case "slct" -> CompareOps.selectBySign(d);
          default -> Arithmetic.decode(d);
        };
    d.finish();
    return op;
  }
}
