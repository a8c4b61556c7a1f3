package brume.cuda.emulator;

import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxType;
import java.util.Optional;

/** Reads instructions that compare, and those that choose by the outcome. */
final class CompareOps {

  private CompareOps() {}

  /** setp: one or two predicates from a comparison, combined with a third. */
  static Op setPredicate(Decoder d) {
    Optional<String> combine = d.takeOne("and", "or", "xor");
    Comparison comparison = comparison(d, d.type());
    Operand results = d.operand(0);
    boolean pair = results instanceof Operand.Pair;
    int first = d.predicate(results instanceof Operand.Pair p ? p.first() : results);
    int second = results instanceof Operand.Pair p ? d.predicate(p.second()) : first;
    if (combine.isEmpty() && !pair) {
      return (w, from, to) -> w.setPredicate(first, from, to, comparison.lanes(w, from, to));
    }
    String operation = combine.orElse("and");
    int third = combine.isPresent() ? d.predicate(3) : d.predicate(new Operand.Literal(1));
    return (w, from, to) -> {
      int holds = comparison.lanes(w, from, to);
      int with = w.predicate(third);
      PredicateOps.set(w, first, from, to, PredicateOps.combined(operation, holds, with));
      if (pair) {
        PredicateOps.set(w, second, from, to, PredicateOps.combined(operation, ~holds, with));
      }
    };
  }

  /** set: a word of ones, or the number 1, where a comparison holds. */
  static Op setWord(Decoder d) {
    Optional<String> combine = d.takeOne("and", "or", "xor");
    PtxType resultType = d.type();
    Comparison comparison = comparison(d, d.type());
    int result = d.word(0);
    int third = combine.isPresent() ? d.predicate(3) : d.predicate(new Operand.Literal(1));
    String operation = combine.orElse("and");
    int yes = resultType == PtxType.F32 ? Float.floatToRawIntBits(1) : -1;
    return (w, from, to) -> {
      int lanes =
          PredicateOps.combined(operation, comparison.lanes(w, from, to), w.predicate(third));
      for (int t = from; t < to; t++) {
        w.words[result][t] = Lanes.has(lanes, t) ? yes : 0;
      }
    };
  }

  /** selp: the first where the predicate holds, else the second. */
  static Op select(Decoder d) {
    int predicate = d.predicate(3);
    return choose(d, d.type(), (w, from, to) -> w.predicate(predicate));
  }

  /** slct: the first where the third operand is not negative, else the second. */
  static Op selectBySign(Decoder d) {
    boolean flush = d.take("ftz");
    PtxType resultType = d.type();
    PtxType signType = d.type();
    int sign = d.word(3);
    return choose(d, resultType, (w, from, to) -> {
      int lanes = 0;
      for (int t = from; t < to; t++) {
        int bits = w.words[sign][t];
        float value = FloatOps.flushed(Float.intBitsToFloat(bits), flush);
        boolean first = signType == PtxType.F32 ? value >= 0 : bits >= 0;
        lanes |= first ? 1 << t : 0;
      }
      return lanes;
    });
  }

  /** Reads a comparison of operands 1 and 2. */
  private static Comparison comparison(Decoder d, PtxType type) {
    if (type.bytes() == 8) {
      return Comparisons.decode(d, type, d.longer(1), d.longer(2));
    }
    int a = d.word(1);
    int b = d.word(2);
    if (!d.take("ftz")) {
      return Comparisons.decode(d, type, a, b);
    }
    int flushedA = d.names().registers().newWord();
    int flushedB = d.names().registers().newWord();
    Op flushA = Each.single(flushedA, a, x -> FloatOps.flushed(x, true));
    Op flushB = Each.single(flushedB, b, x -> FloatOps.flushed(x, true));
    Comparison flushed = Comparisons.decode(d, type, flushedA, flushedB);
    return (w, from, to) -> {
      flushA.run(w, from, to);
      flushB.run(w, from, to);
      return flushed.lanes(w, from, to);
    };
  }

  private static Op choose(Decoder d, PtxType type, Comparison first) {
    if (type.bytes() == 8) {
      int result = d.longer(0);
      int a = d.longer(1);
      int b = d.longer(2);
      return (w, from, to) -> {
        int lanes = first.lanes(w, from, to);
        long[] x = w.longs[a];
        long[] y = w.longs[b];
        long[] z = w.longs[result];
        for (int t = from; t < to; t++) {
          z[t] = Lanes.has(lanes, t) ? x[t] : y[t];
        }
      };
    }
    int result = d.word(0);
    int a = d.word(1);
    int b = d.word(2);
    return (w, from, to) -> {
      int lanes = first.lanes(w, from, to);
      int[] x = w.words[a];
      int[] y = w.words[b];
      int[] z = w.words[result];
      for (int t = from; t < to; t++) {
        z[t] = Lanes.has(lanes, t) ? x[t] : y[t];
      }
    };
  }
}
