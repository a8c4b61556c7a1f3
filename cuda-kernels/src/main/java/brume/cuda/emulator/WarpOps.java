package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.ptx.Operand;
import brume.cuda.emulator.ptx.PtxType;
import brume.tensor.Text;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;
import java.util.function.IntConsumer;

/** Reads instructions in which the lanes of a warp exchange values. */
final class WarpOps {

  private WarpOps() {}

  /** Whether an opcode is one of them. */
  static boolean reads(String base) {
    return switch (base) {
      case "shfl", "vote", "match", "redux", "activemask" -> true;
      default -> false;
    };
  }

  /** Operand that holds the lanes that take part. */
  static int members(Decoder d) {
    return switch (d.base()) {
      case "shfl" -> d.word(4);
      case "activemask" -> Instruction.NONE;
      default -> d.word(2);
    };
  }

  static WarpOp decode(Decoder d) {
    d.take("sync");
    return switch (d.base()) {
      case "shfl" -> Shuffle.decode(d);
      case "vote" -> vote(d);
      case "match" -> match(d);
      case "redux" -> reduce(d);
      default -> {
        d.type();
        int result = d.word(0);
        yield (w, lanes) -> spread(w, result, lanes, lanes);
      }
    };
  }

  /** bar.warp.sync: orders the accesses of the lanes that meet. */
  static WarpOp meeting(int members) {
    return (w, lanes) -> forEachTeam(w, members, lanes, team -> {
      int most = 0;
      for (int rest = team; rest != 0; rest &= rest - 1) {
        most = Math.max(most, w.meetings[Lanes.first(rest)]);
      }
      for (int rest = team; rest != 0; rest &= rest - 1) {
        w.meetings[Lanes.first(rest)] = most + 1;
      }
    });
  }

  private static WarpOp vote(Decoder d) {
    int holds = d.predicate(1);
    int members = d.word(2);
    if (d.take("ballot")) {
      d.type();
      int result = d.word(0);
      return (w, lanes) -> forEachTeam(
          w, members, lanes, team -> spread(w, result, team, w.predicate(holds) & team));
    }
    boolean all = d.take("all");
    boolean any = d.take("any");
    boolean uniform = d.take("uni");
    if (!all && !any && !uniform) {
      throw d.unknown();
    }
    d.type();
    int result = d.predicate(0);
    return (w, lanes) -> forEachTeam(w, members, lanes, team -> {
      int yes = w.predicate(holds) & team;
      boolean outcome = any ? yes != 0 : yes == team || uniform && yes == 0;
      w.predicates[result] = w.predicates[result] & ~team | (outcome ? team : 0);
    });
  }

  private static WarpOp match(Decoder d) {
    boolean all = d.take("all");
    d.take("any");
    boolean wide = d.type().bytes() == 8;
    int value = wide ? d.longer(1) : d.word(1);
    int members = d.word(2);
    Operand results = d.operand(0);
    int result = d.word(results instanceof Operand.Pair pair ? pair.first() : results);
    int same = results instanceof Operand.Pair pair
        ? d.predicate(pair.second())
        : d.names().registers().newPredicate();
    return (w, lanes) -> forEachTeam(w, members, lanes, team -> {
      for (int rest = team; rest != 0; rest &= rest - 1) {
        int lane = Lanes.first(rest);
        int equal = 0;
        for (int others = team; others != 0; others &= others - 1) {
          int other = Lanes.first(others);
          boolean match = wide
              ? w.longs[value][lane] == w.longs[value][other]
              : w.words[value][lane] == w.words[value][other];
          equal |= match ? 1 << other : 0;
        }
        boolean everywhere = equal == team;
        w.words[result][lane] = !all || everywhere ? equal : 0;
        w.setPredicate(same, lane, lane + 1, everywhere ? 1 << lane : 0);
      }
    });
  }

  private static WarpOp reduce(Decoder d) {
    String operation = d.takeOne("add", "min", "max", "and", "or", "xor").orElseThrow(d::unknown);
    boolean signed = d.type() == PtxType.S32;
    int result = d.word(0);
    int value = d.word(1);
    int members = d.word(2);
    IntBinaryOperator f =
        switch (operation) {
          case "add" -> Integer::sum;
          case "min" -> (a, b) -> less(a, b, signed) ? a : b;
          case "max" -> (a, b) -> less(a, b, signed) ? b : a;
          default -> (a, b) -> PredicateOps.combined(operation, a, b);
        };
    return (w, lanes) -> forEachTeam(w, members, lanes, team -> {
      int sum = w.words[value][Lanes.first(team)];
      for (int rest = team & team - 1; rest != 0; rest &= rest - 1) {
        sum = f.applyAsInt(sum, w.words[value][Lanes.first(rest)]);
      }
      spread(w, result, team, sum);
    });
  }

  private static boolean less(int a, int b, boolean signed) {
    return signed ? a < b : Integer.compareUnsigned(a, b) < 0;
  }

  // ---- Teams

  /** Does the same to each set of lanes that name the same members. */
  private static void forEachTeam(Warp w, int members, int lanes, IntConsumer action) {
    int rest = lanes;
    while (rest != 0) {
      int named = w.words[members][Lanes.first(rest)];
      int team = 0;
      for (int others = rest & named; others != 0; others &= others - 1) {
        int other = Lanes.first(others);
        if (w.words[members][other] != named) {
          throw new Fault(
                  CudaStatus.LAUNCH_FAILED,
                  Text.of(
                      "lanes with the member masks 0x%08x and 0x%08x at one instruction",
                      named, w.words[members][other]),
                  "let all lanes of a mask name the same mask")
              .at(other);
        }
        team |= 1 << other;
      }
      action.accept(team);
      rest &= ~team;
    }
  }

  private static void spread(Warp w, int result, int lanes, int value) {
    int[] into = w.words[result];
    if (lanes == -1) {
      Arrays.fill(into, value);
      return;
    }
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      into[Lanes.first(rest)] = value;
    }
  }
}
