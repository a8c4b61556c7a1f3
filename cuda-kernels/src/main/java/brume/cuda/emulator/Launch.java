package brume.cuda.emulator;

import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Grid;
import brume.tensor.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One run of a kernel. Blocks are taken in order by a few threads of the host; of several faults the one
 * of the first block is told, so messages do not depend on chance. Mutable while it runs.
 */
final class Launch {

  static final int MOST_SHARED = 227 << 10; // bytes of a block on an H100 or H200

  private final KernelCode code;
  private final Grid grid;
  private final byte[] arguments;
  private final DeviceMemory memory;
  private final Tracer tracer;
  private final Set<Rigor> rigor;
  private final long firstBlock;
  private final Meetings meetings = new Meetings();
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong executed = new AtomicLong();
  private long faulty = Long.MAX_VALUE;
  private RuntimeException fault = new IllegalStateException("no fault");

  Launch(
      KernelCode code,
      Grid grid,
      byte[] arguments,
      DeviceMemory memory,
      Tracer tracer,
      Set<Rigor> rigor) {
    this.code = code;
    this.grid = grid;
    this.arguments = arguments;
    this.memory = memory;
    this.tracer = tracer;
    this.rigor = rigor;
    this.firstBlock = memory.countBlocks(grid.blocks());
  }

  /** Refuses what no GPU launches. */
  private void requireResources() {
    if (code.mostThreads() > 0 && grid.threads() > code.mostThreads()) {
      throw tooMuch(Text.of(
          "expected at most the %d threads of .maxntid, got %d",
          code.mostThreads(), grid.threads()));
    }
    long shared = code.layout().sharedBytes() + (long) grid.sharedBytes();
    if (shared > MOST_SHARED) {
      throw tooMuch(
          Text.of("expected at most %d bytes of shared memory, got %d", MOST_SHARED, shared));
    }
  }

  private CudaException tooMuch(String why) {
    return new CudaException(CudaStatus.LAUNCH_OUT_OF_RESOURCES, "launch of " + code.name(), why);
  }

  /** Runs all blocks; returns how many thread instructions that took. */
  long run() {
    requireResources();
    long blocks = grid.blocks();
    int hosts = (int) Math.min(blocks, Runtime.getRuntime().availableProcessors());
    List<ForkJoinTask<?>> others = new ArrayList<>();
    if (!code.ordered() && tracer == Tracer.NONE) {
      for (int i = 1; i < hosts; i++) {
        others.add(ForkJoinPool.commonPool().submit(this::work));
      }
    }
    work();
    others.forEach(ForkJoinTask::join);
    if (faulty != Long.MAX_VALUE) {
      throw fault;
    }
    return executed.get();
  }

  private void work() {
    Block block = new Block(code, grid, arguments, memory, tracer, rigor, meetings, firstBlock);
    long number = next.getAndIncrement();
    while (number < grid.blocks() && !failedBefore(number)) {
      try {
        block.run(inTurn(number));
      } catch (RuntimeException problem) {
        fail(number, problem);
      }
      number = next.getAndIncrement();
    }
    executed.addAndGet(block.executed());
  }

  /** Blocks that meet may come in any order, so a strict device begins with the last. */
  private long inTurn(long number) {
    boolean backwards = code.ordered() && rigor.contains(Rigor.RACES);
    return backwards ? grid.blocks() - 1 - number : number;
  }

  /** A block before the faulty one may have a fault of its own, which then is the one that is told. */
  private synchronized boolean failedBefore(long number) {
    return faulty < number;
  }

  private synchronized void fail(long number, RuntimeException problem) {
    if (number < faulty) {
      faulty = number;
      fault = problem;
    }
  }
}
