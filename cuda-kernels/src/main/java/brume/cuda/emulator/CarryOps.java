package brume.cuda.emulator;

/** Sums and products of long integers in 32-bit pieces, linked by a carry. */
final class CarryOps {

  private static final long U32 = 0xffffffffL;

  private CarryOps() {}

  static Op decode(Decoder d, boolean signed, boolean carryIn, boolean carryOut) {
    int carry = d.names().carry();
    boolean product = d.base().startsWith("mad");
    boolean minus = d.base().startsWith("sub");
    boolean high = product && d.take("hi");
    d.take("lo");
    int result = d.word(0);
    int a = d.word(1);
    int b = d.word(2);
    int c = product ? d.word(3) : b;
    return (w, from, to) -> {
      int carries = 0;
      for (int t = from; t < to; t++) {
        int x = w.words[a][t];
        int y = w.words[b][t];
        long left = x & U32;
        long right = y & U32;
        if (product) {
          left = (high ? IntegerOps.high(x, y, signed) : x * y) & U32;
          right = w.words[c][t] & U32;
        }
        int in = carryIn && Lanes.has(w.predicates[carry], t) ? 1 : 0;
        long sum = minus ? left - right - in : left + right + in;
        w.words[result][t] = (int) sum;
        carries |= (int) (sum >>> 32 & 1) << t; // for differences: the borrow
      }
      if (carryOut) {
        w.setPredicate(carry, from, to, carries);
      }
    };
  }
}
