package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.tensor.Text;
import java.util.Arrays;

/**
 * Up to 32 threads of a block and their registers. Mutable: it stands in the middle of a kernel.
 *
 * <p>Lanes at the same place run together. Where they part, those furthest behind run first, and are
 * joined by the others when they catch up.
 */
final class Warp {

  /** Branches of a warp between two barriers after which a loop is taken to be endless. */
  private static final long ENDLESS = 400_000_000L;

  /** Registers of 32 bits or fewer, by slot and lane. */
  final int[][] words;

  /** Registers of 64 bits, by slot and lane. */
  final long[][] longs;

  /** Predicates by slot, one bit a lane. */
  final int[] predicates;

  final Block block;
  final int index;

  /** Lanes that have a thread. */
  final int threads;

  /** How often each lane met others at a bar.warp.sync since the last barrier. */
  final int[] meetings = new int[Lanes.COUNT];

  /** Local memory of all lanes, one after the other. */
  final byte[] local;

  /** Room for the addresses of one access. */
  final long[] addresses = new long[Lanes.COUNT];

  private final KernelCode code;
  private final Groups groups = new Groups();
  private Instruction at;
  private int active;
  private long branches;
  private long executed;

  Warp(Block block, int index, int threadCount) {
    this.block = block;
    this.index = index;
    this.threads = Lanes.range(0, threadCount);
    this.code = block.code;
    this.at = code.instructions()[0];
    this.words = new int[code.registers().words()][Lanes.COUNT];
    this.longs = new long[code.registers().longs()][Lanes.COUNT];
    this.predicates = new int[code.registers().predicates()];
    this.local = new byte[code.layout().localBytes() * Lanes.COUNT];
    code.registers().loadConstants(this);
  }

  /** Puts all threads at the beginning of the kernel. */
  void begin() {
    code.registers().loadSpecials(this);
    groups.put(0, threads, Groups.State.READY);
    startInterval();
  }

  /** Lets all threads go on behind the barrier where they wait. */
  void passBarrier() {
    groups.passBarrier();
    startInterval();
  }

  private void startInterval() {
    Arrays.fill(meetings, 0);
    branches = 0;
  }

  /** Lanes that have not returned. */
  int alive() {
    return groups.all() | active;
  }

  /** Where a lane waits; -1 if it has returned. */
  int placeOf(int lane) {
    return groups.placeOf(lane);
  }

  /** Number of thread instructions run so far. */
  long executed() {
    return executed;
  }

  /** Number within the block of the thread of a lane. */
  int threadOf(int lane) {
    return index * Lanes.COUNT + lane;
  }

  /** The lanes where a predicate holds; a complemented slot stands for the opposite predicate. */
  int predicate(int slot) {
    return slot >= 0 ? predicates[slot] : ~predicates[~slot];
  }

  void setPredicate(int slot, int from, int to, int bits) {
    predicates[slot] = predicates[slot] & ~Lanes.range(from, to) | bits;
  }

  /** Runs until every lane waits at a barrier or has returned. */
  void run() {
    try {
      for (int g = groups.furthestBehind(); g >= 0; g = groups.furthestBehind()) {
        int pc = groups.place(g);
        active = groups.take(g);
        runGroup(pc);
      }
    } catch (Fault fault) {
      throw located(fault);
    }
    int stuck = groups.gathering();
    if (stuck >= 0) {
      throw neverMet(groups.place(stuck));
    }
  }

  // ---- Instructions ----------------------------------------------------------------------------

  /** Runs the active lanes until they part, wait, return, or meet others. */
  private void runGroup(int start) {
    Instruction[] program = code.instructions();
    Tracer tracer = block.tracer;
    int limit = groups.nextPlace();
    int pc = start;
    while (pc < limit) {
      at = program[pc];
      int chosen = active;
      if (at.guard != Instruction.NONE) {
        chosen &= at.negated ? ~predicates[at.guard] : predicates[at.guard];
      }
      executed += Integer.bitCount(active);
      if (at.kind == Instruction.Kind.LANES) {
        runLanes(at.op, chosen);
        tracer.after(this, at, active, chosen);
        pc++;
      } else {
        pc = flow(pc, chosen);
        if (pc < 0) {
          active = 0;
          return;
        }
        limit = groups.nextPlace();
      }
    }
    groups.put(pc, active, Groups.State.READY);
    active = 0;
  }

  private void runLanes(Op op, int lanes) {
    int rest = lanes;
    while (rest != 0) {
      int from = Lanes.first(rest);
      int to = Lanes.endOfRun(rest, from);
      op.run(this, from, to);
      rest &= ~Lanes.range(from, to);
    }
  }

  /** Does what changes the flow; returns where the active lanes go on, or -1 if none does. */
  private int flow(int pc, int chosen) {
    int others = active & ~chosen;
    if (at.kind != Instruction.Kind.WARP) {
      block.tracer.after(this, at, active, chosen);
    }
    switch (at.kind) {
      case BRANCH -> {
        if (++branches > ENDLESS) {
          throw new Fault(
              CudaStatus.LAUNCH_FAILED, "a loop that does not end", "check its condition");
        }
        if (others == 0) {
          return at.targets[0];
        }
        groups.put(at.targets[0], chosen, Groups.State.READY);
      }
      case TABLE -> {
        for (int rest = chosen; rest != 0; rest &= rest - 1) {
          int lane = Lanes.first(rest);
          int target = at.targets[words[at.selector][lane]];
          groups.put(target, 1 << lane, Groups.State.READY);
        }
      }
      case WARP -> {
        int ready = meet(pc, chosen);
        others |= ready;
      }
      case BARRIER -> groups.put(pc, chosen, Groups.State.AT_BARRIER);
      default -> {} // a thread's end
    }
    active = others;
    return others == 0 ? -1 : pc + 1;
  }

  /** Runs an instruction for those lanes whose partners have all arrived; the others wait. */
  private int meet(int pc, int arrived) {
    if (arrived == 0) {
      return 0;
    }
    int here = arrived | groups.takeGathering(pc);
    int ready = here;
    if (at.selector != Instruction.NONE) {
      int absent = alive() & ~here;
      for (int rest = here; rest != 0; rest &= rest - 1) {
        int lane = Lanes.first(rest);
        int members = words[at.selector][lane];
        if (!Lanes.has(members, lane)) {
          throw new Fault(
                  CudaStatus.LAUNCH_FAILED,
                  Text.of(
                      "expected a member mask with the thread's own lane %d, got 0x%08x",
                      lane, members),
                  "name all lanes that come here")
              .at(lane);
        }
        if ((members & absent) != 0) {
          ready &= ~(1 << lane);
        }
      }
    }
    groups.put(pc, here & ~ready, Groups.State.GATHERING);
    if (ready != 0) {
      at.warpOp.run(this, ready);
      block.tracer.after(this, at, ready, ready);
    }
    return ready;
  }

  // ---- Messages --------------------------------------------------------------------------------

  private CudaException located(Fault fault) {
    String place = block.describe(at, threadOf(fault.lane()));
    return new CudaException(
        fault.status(), place, String.valueOf(fault.getMessage()), fault.advice());
  }

  private CudaException neverMet(int pc) {
    at = code.instructions()[pc];
    int waiting = groups.takeGathering(pc);
    int lane = Lanes.first(waiting);
    int missing = words[at.selector][lane] & alive();
    int absent = Lanes.first(missing);
    int place = groups.placeOf(absent);
    return new CudaException(
        CudaStatus.LAUNCH_FAILED,
        block.describe(at, threadOf(lane)),
        Text.of(
            "waits for thread %s, which waits at line %d",
            block.threadName(threadOf(absent)), code.instructions()[place].source.line()),
        "let all threads of the mask reach the instruction together");
  }
}
