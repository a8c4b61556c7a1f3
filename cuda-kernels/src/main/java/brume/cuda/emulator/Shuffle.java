package brume.cuda.emulator;

import brume.cuda.driver.CudaStatus;
import brume.cuda.emulator.ptx.Operand;
import brume.tensor.Text;

/**
 * shfl.sync: each lane reads a register of another lane of its segment.
 *
 * @param mode how the other lane follows from the lane and its operand
 * @param d slot of the result
 * @param inside slot of the predicate that tells whether the other lane was in the segment
 * @param value slot of what is read
 * @param operand slot of the lane or distance
 * @param clamp slot of the segments: the highest lane in bits 0 to 4, the segment in bits 8 to 12
 */
record Shuffle(Mode mode, int d, int inside, int value, int operand, int clamp) implements WarpOp {

  /** How a lane finds the other. */
  enum Mode {
    /** A lower lane by distance. */
    UP,
    /** A higher lane by distance. */
    DOWN,
    /** The lane whose number differs in some bits. */
    BFLY,
    /** A lane by number. */
    IDX
  }

  static Shuffle decode(Decoder d) {
    Mode mode =
        d.take("up") ? Mode.UP : d.take("down") ? Mode.DOWN : d.take("bfly") ? Mode.BFLY : Mode.IDX;
    if (mode == Mode.IDX && !d.take("idx")) {
      throw d.unknown();
    }
    d.type();
    Operand results = d.operand(0);
    boolean pair = results instanceof Operand.Pair;
    int result = d.word(results instanceof Operand.Pair p ? p.first() : results);
    int inside = pair && results instanceof Operand.Pair p
        ? d.predicate(p.second())
        : d.names().registers().newPredicate();
    return new Shuffle(mode, result, inside, d.word(1), d.word(2), d.word(3));
  }

  @Override
  public void run(Warp w, int lanes) {
    int[] read = w.words[value].clone();
    int insides = 0;
    for (int rest = lanes; rest != 0; rest &= rest - 1) {
      int lane = Lanes.first(rest);
      int by = w.words[operand][lane] & 31;
      int segment = w.words[clamp][lane] >>> 8 & 31;
      int low = lane & segment;
      int high = low | w.words[clamp][lane] & 31 & ~segment;
      int other =
          switch (mode) {
            case UP -> lane - by;
            case DOWN -> lane + by;
            case BFLY -> lane ^ by;
            case IDX -> low | by & ~segment;
          };
      boolean in = mode == Mode.UP ? other >= high : other <= high;
      if (in && !Lanes.has(lanes, other)) {
        throw new Fault(
                CudaStatus.LAUNCH_FAILED,
                Text.of("a value of lane %d, which does not take part", other),
                "let all lanes that are read run the instruction")
            .at(lane);
      }
      w.words[d][lane] = read[in ? other : lane];
      insides |= in ? 1 << lane : 0;
    }
    w.predicates[inside] = w.predicates[inside] & ~lanes | insides;
  }
}
