package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Grid;
import brume.tensor.Text;
import java.util.Set;

/**
 * The threads that share memory and barriers. Mutable: it runs one block of a grid after the other,
 * with the same registers.
 */
final class Block {

  private static final int NEVER = Integer.MAX_VALUE;

  final KernelCode code;
  final Grid grid;
  final byte[] arguments;
  final DeviceMemory memory;
  final SharedMemory shared;
  final Tracer tracer;

  /** Whether accesses to device memory are checked for races. */
  final boolean watching;

  /** Whether approximate functions are as inexact as they may be. */
  final boolean approximate;

  private final Meetings meetings;
  private final long firstBlock; // of the launch, counted through all launches
  private final Warp[] warps;
  private long mark;
  private int barriers;
  private boolean fenced;
  private int met; // after how many barriers, or NEVER
  private long number;
  private int x;
  private int y;
  private int z;

  Block(
      KernelCode code,
      Grid grid,
      byte[] arguments,
      DeviceMemory memory,
      Tracer tracer,
      Set<Rigor> rigor,
      Meetings meetings,
      long firstBlock) {
    this.code = code;
    this.grid = grid;
    this.arguments = arguments;
    this.memory = memory;
    this.shared = new SharedMemory(
        code.layout().sharedBytes() + grid.sharedBytes(), code.layout().cellBytes());
    this.tracer = tracer;
    this.watching = rigor.contains(Rigor.RACES);
    this.approximate = rigor.contains(Rigor.APPROXIMATE);
    this.meetings = meetings;
    this.firstBlock = firstBlock;
    this.warps = new Warp[(grid.threads() + Lanes.COUNT - 1) / Lanes.COUNT];
    for (int w = 0; w < warps.length; w++) {
      warps[w] = new Warp(this, w, Math.min(Lanes.COUNT, grid.threads() - w * Lanes.COUNT));
    }
  }

  /** Runs one block from beginning to end. */
  void run(long number) {
    this.number = number;
    x = (int) (number % grid.gridX());
    y = (int) (number / grid.gridX() % grid.gridY());
    z = (int) (number / grid.gridX() / grid.gridY());
    barriers = 0;
    fenced = false;
    met = NEVER;
    mark = Sharing.mark(firstBlock + number, barriers);
    shared.begin();
    for (Warp warp : warps) {
      warp.begin();
    }
    boolean waiting;
    do {
      for (Warp warp : warps) {
        warp.run();
      }
      waiting = waiting();
      if (waiting) {
        shared.passBarrier();
        mark = Sharing.mark(firstBlock + number, ++barriers);
        for (Warp warp : warps) {
          warp.passBarrier();
        }
      }
    } while (waiting);
  }

  /** What the block's accesses to device memory are numbered from, since its last barrier. */
  long mark() {
    return mark;
  }

  /** Notes that a thread lets the device see what the block has written. */
  void fence() {
    fenced = true;
  }

  /** Notes an atomic operation on device memory, where blocks of a launch meet. */
  void meet() {
    met = Math.min(met, barriers);
    if (fenced) {
      meetings.add(firstBlock + number, barriers);
    }
  }

  /** Whether what another block did, by its number and the barriers it had passed, is known here. */
  boolean follows(long other, int itsBarriers) {
    return barriers > met && meetings.tell(other, itsBarriers);
  }

  /** What those of the first block of the launch are numbered from. */
  long launchMark() {
    return Sharing.mark(firstBlock, 0);
  }

  /** Number of the block in the grid. */
  long number() {
    return number;
  }

  int x() {
    return x;
  }

  int y() {
    return y;
  }

  int z() {
    return z;
  }

  /** Number of thread instructions run so far. */
  long executed() {
    long sum = 0;
    for (Warp warp : warps) {
      sum += warp.executed();
    }
    return sum;
  }

  /** Whether all threads wait at one barrier; false if all have returned. */
  private boolean waiting() {
    int place = warps[0].placeOf(0);
    for (Warp warp : warps) {
      for (int rest = warp.threads; rest != 0; rest &= rest - 1) {
        int lane = Lanes.first(rest);
        int other = warp.placeOf(lane);
        if (other != place) {
          int thread = warp.threadOf(lane);
          throw place < 0 ? apart(thread, other, 0, place) : apart(0, place, thread, other);
        }
      }
    }
    return place >= 0;
  }

  private CudaException apart(int waiting, int place, int other, int otherPlace) {
    Instruction barrier = code.instructions()[place];
    String elsewhere = otherPlace < 0
        ? "has returned"
        : "waits at line " + code.instructions()[otherPlace].source.line();
    return new CudaException(
        CudaStatus.LAUNCH_FAILED,
        describe(barrier, waiting),
        Text.of("a barrier that not all threads reach: thread %s %s", threadName(other), elsewhere),
        "move the barrier out of the condition");
  }

  // ---- Names -----------------------------------------------------------------------------------

  /** Kernel, place in the file, block and thread. */
  String describe(Instruction at, int thread) {
    return Text.of(
        "%s (%s:%d, block (%d, %d, %d), thread %s) at '%s'",
        code.name(), code.file(), at.source.line(), x, y, z, threadName(thread), at.source.text());
  }

  /** A thread's place in the block, as a triple. */
  String threadName(int thread) {
    return Text.of(
        "(%d, %d, %d)",
        thread % grid.blockX(),
        thread / grid.blockX() % grid.blockY(),
        thread / grid.blockX() / grid.blockY());
  }
}
