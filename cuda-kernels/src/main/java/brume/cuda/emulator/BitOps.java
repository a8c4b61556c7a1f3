package brume.cuda.emulator;

import java.util.function.LongToIntFunction;

/** Reads instructions on single bits and fields of bits. */
final class BitOps {

  private BitOps() {}

  static Op decode32(Decoder d, boolean signed) {
    return switch (d.base()) {
      case "popc" -> Each.word(d.word(0), d.word(1), Integer::bitCount);
      case "clz" -> Each.word(d.word(0), d.word(1), Integer::numberOfLeadingZeros);
      case "brev" -> Each.word(d.word(0), d.word(1), Integer::reverse);
      case "bfind" -> {
        boolean shift = d.take("shiftamt");
        yield Each.word(
            d.word(0), d.word(1), x -> highest(signed ? x : x & 0xffffffffL, 32, shift));
      }
      case "bfe" ->
        Each.word(d.word(0), d.word(1), d.word(2), d.word(3), (x, at, n) ->
            (int) field(signed ? x : x & 0xffffffffL, at, n, 32, signed));
      case "bfi" -> insert32(d);
      case "shf" -> funnel(d);
      case "prmt" -> permute(d);
      case "lop3" -> logic(d);
      default -> throw d.unknown();
    };
  }

  static Op decode64(Decoder d, boolean signed) {
    return switch (d.base()) {
      case "popc" -> narrow(d, Long::bitCount);
      case "clz" -> narrow(d, Long::numberOfLeadingZeros);
      case "brev" -> Each.longer(d.longer(0), d.longer(1), Long::reverse);
      case "bfind" -> {
        boolean shift = d.take("shiftamt");
        yield narrow(d, x -> highest(signed && x < 0 ? ~x : x, 64, shift));
      }
      case "bfe" -> {
        int result = d.longer(0);
        int value = d.longer(1);
        int start = d.word(2);
        int length = d.word(3);
        yield (w, from, to) -> {
          for (int t = from; t < to; t++) {
            w.longs[result][t] =
                field(w.longs[value][t], w.words[start][t], w.words[length][t], 64, signed);
          }
        };
      }
      case "bfi" -> {
        int result = d.longer(0);
        int piece = d.longer(1);
        int into = d.longer(2);
        int start = d.word(3);
        int length = d.word(4);
        yield (w, from, to) -> {
          for (int t = from; t < to; t++) {
            w.longs[result][t] = inserted(
                w.longs[piece][t], w.longs[into][t], w.words[start][t], w.words[length][t]);
          }
        };
      }
      default -> throw d.unknown();
    };
  }

  private static Op narrow(Decoder d, LongToIntFunction f) {
    int result = d.word(0);
    int value = d.longer(1);
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.words[result][t] = f.applyAsInt(w.longs[value][t]);
      }
    };
  }

  /** Place of the highest bit that differs from the sign, or how far to shift it to the top; -1 if none. */
  private static int highest(long value, int width, boolean shift) {
    long bits = width == 32 && value < 0 ? ~value & 0xffffffffL : value;
    int place = 63 - Long.numberOfLeadingZeros(bits);
    return place < 0 ? -1 : shift ? width - 1 - place : place;
  }

  /** The bits from a place on; those past the end repeat the sign, or are zero if unsigned. */
  private static long field(long value, int start, int length, int width, boolean signed) {
    int at = start & 0xff;
    int n = length & 0xff;
    if (n == 0) {
      return 0;
    }
    int sign = Math.min(at + n - 1, width - 1);
    long extension = signed && (value >>> sign & 1) != 0 ? -1L : 0;
    if (at >= width) {
      return extension;
    }
    long shifted = value >>> at;
    int kept = Math.min(n, width - at);
    long mask = kept == 64 ? -1L : (1L << kept) - 1;
    return shifted & mask | extension & ~mask;
  }

  private static Op insert32(Decoder d) {
    int result = d.word(0);
    int piece = d.word(1);
    int into = d.word(2);
    int start = d.word(3);
    int length = d.word(4);
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        w.words[result][t] = (int)
            inserted(w.words[piece][t], w.words[into][t], w.words[start][t], w.words[length][t]);
      }
    };
  }

  private static long inserted(long piece, long into, int start, int length) {
    int at = start & 0xff;
    int n = length & 0xff;
    if (at > 63 || n == 0) {
      return into;
    }
    long mask = (n > 63 ? -1L : (1L << n) - 1) << at;
    return into & ~mask | piece << at & mask;
  }

  /** Shifts two words as one; l gives the upper half and r the lower. */
  private static Op funnel(Decoder d) {
    boolean left = d.take("l");
    d.take("r");
    boolean clamp = d.take("clamp");
    d.take("wrap");
    int count = d.word(3);
    int result = d.word(0);
    int low = d.word(1);
    int high = d.word(2);
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        long both = (long) w.words[high][t] << 32 | w.words[low][t] & 0xffffffffL;
        int n = w.words[count][t];
        int by = !clamp ? n & 31 : (n & ~31) == 0 ? n : 32;
        w.words[result][t] = (int) (left ? both >>> 32 - by : both >>> by);
      }
    };
  }

  /** Chooses four of the eight bytes of two words. */
  private static Op permute(Decoder d) {
    return Each.word(d.word(0), d.word(1), d.word(2), d.word(3), (a, b, choice) -> {
      long bytes = (long) b << 32 | a & 0xffffffffL;
      int result = 0;
      for (int i = 0; i < 4; i++) {
        int which = choice >>> 4 * i & 15;
        int chosen = (int) (bytes >>> 8 * (which & 7)) & 0xff;
        int value = (which & 8) == 0 ? chosen : (byte) chosen < 0 ? 0xff : 0;
        result |= value << 8 * i;
      }
      return result;
    });
  }

  /** Any function of three bits, given by its table. */
  private static Op logic(Decoder d) {
    int table = d.word(4);
    int result = d.word(0);
    int a = d.word(1);
    int b = d.word(2);
    int c = d.word(3);
    return (w, from, to) -> {
      for (int t = from; t < to; t++) {
        int bits = 0;
        for (int i = 0; i < 8; i++) {
          if ((w.words[table][t] >>> i & 1) != 0) {
            int x = (i & 4) != 0 ? w.words[a][t] : ~w.words[a][t];
            int y = (i & 2) != 0 ? w.words[b][t] : ~w.words[b][t];
            int z = (i & 1) != 0 ? w.words[c][t] : ~w.words[c][t];
            bits |= x & y & z;
          }
        }
        w.words[result][t] = bits;
      }
    };
  }
}
