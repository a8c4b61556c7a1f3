package brume.cuda.emulator;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Fetch;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import brume.tensor.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A GPU that is not there: runs PTX on the CPU and checks every access. Mutable, one call at a time. */
public final class EmulatedDriver implements Driver {

  private static final long LARGEST = 8L << 30; // bytes of a small GPU, more than tests take
  private static final int MULTIPROCESSORS = 132; // of an H100 or H200

  private final DeviceMemory memory;
  private final Set<Rigor> rigor;
  private final Deque<Runnable> given = new ArrayDeque<>(); // work that nobody has waited for yet
  private long executed;
  private Optional<List<Runnable>> recording = Optional.empty();
  private final Set<String> launched = new TreeSet<>();
  private Optional<Traced> traced = Optional.empty();

  private EmulatedDriver(DeviceMemory memory, Set<Rigor> rigor) {
    this.memory = memory;
    this.rigor = Set.copyOf(rigor);
  }

  /**
   * Opens an emulated GPU with a quarter of the memory that Java may use, and 8 GiB at most.
   *
   * @return the driver
   */
  public static EmulatedDriver open() {
    return open(Math.min(LARGEST, Runtime.getRuntime().maxMemory() / 4));
  }

  /**
   * Opens an emulated GPU.
   *
   * @param bytes its memory; Java needs twice as much for what is in use
   * @return the driver
   */
  public static EmulatedDriver open(long bytes) {
    return open(bytes, Set.of());
  }

  /**
   * Opens an emulated GPU that is stricter.
   *
   * @param bytes its memory; Java needs twice as much for what is in use, and five times as much to
   *     look for races
   * @param rigor in what it is stricter
   * @return the driver
   */
  public static EmulatedDriver open(long bytes, Set<Rigor> rigor) {
    return new EmulatedDriver(new DeviceMemory(bytes), rigor);
  }

  /**
   * Work done so far.
   *
   * @return instructions, counted once for each thread
   */
  public synchronized long executedInstructions() {
    doGiven();
    return executed;
  }

  @Override
  public String describe() {
    return Text.of("emulated GPU, %.1f GiB", memory.total() / 0x1p30);
  }

  @Override
  public long totalMemory() {
    return memory.total();
  }

  @Override
  public long freeMemory() {
    return memory.free();
  }

  @Override
  public int multiprocessors() {
    return MULTIPROCESSORS;
  }

  @Override
  public int sharedBytes() {
    return Launch.MOST_SHARED;
  }

  @Override
  public synchronized long allocate(long bytes) {
    refuseWhileCapturing("allocate");
    return memory.allocate(bytes);
  }

  @Override
  public synchronized void free(long address) {
    refuseWhileCapturing("free");
    doGiven(); // as a GPU does
    memory.free(address);
  }

  @Override
  public synchronized void lend(long address, long bytes) {
    run(() -> memory.lend(address, bytes));
  }

  @Override
  public synchronized void reclaim(long address) {
    run(() -> memory.reclaim(address));
  }

  @Override
  public synchronized void upload(ByteBuffer host, long address) {
    refuseWhileCapturing("upload");
    byte[] bytes = new byte[host.remaining()];
    host.duplicate().get(bytes);
    run(() -> checked("upload", () -> memory.at(address).write(address, bytes)));
  }

  @Override
  public synchronized void download(long address, ByteBuffer host) {
    refuseWhileCapturing("download");
    doGiven();
    byte[] bytes = new byte[host.remaining()];
    checked("download", () -> memory.at(address).read(address, bytes));
    host.duplicate().put(bytes);
  }

  @Override
  public synchronized Fetch fetch(long address, int bytes) {
    refuseWhileCapturing("fetch");
    byte[] copied = new byte[bytes];
    run(() -> checked("fetch", () -> memory.at(address).read(address, copied)));
    return () -> {
      synchronized (this) {
        doGiven();
      }
      return ByteBuffer.wrap(copied).order(ByteOrder.nativeOrder());
    };
  }

  @Override
  public synchronized void copy(long from, long to, long bytes) {
    int count = Math.toIntExact(bytes);
    run(() -> checked("copy", () -> memory.at(to).copyFrom(memory.at(from), from, to, count)));
  }

  @Override
  public synchronized void fill(long address, int word, long count) {
    ByteBuffer pattern =
        ByteBuffer.allocate(Math.toIntExact(count * Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    while (pattern.hasRemaining()) {
      pattern.putInt(word);
    }
    run(() -> checked("fill", () -> memory.at(address).write(address, pattern.array())));
  }

  @Override
  public synchronized KernelModule load(String name, String ptx) {
    refuseWhileCapturing("load " + name);
    return EmulatedModule.load(name, ptx, memory);
  }

  /**
   * Tells what one thread does in the next launch of a kernel.
   *
   * @param kernel its name
   * @param block number of the block, from 0
   * @param thread number of the thread within its block, from 0
   * @param line gets the account, line by line
   */
  public synchronized void trace(String kernel, long block, int thread, Consumer<String> line) {
    traced = Optional.of(new Traced(kernel, block, thread, line));
  }

  /**
   * Kernels that were launched.
   *
   * @return their names, sorted
   */
  public synchronized List<String> launched() {
    doGiven();
    return List.copyOf(launched);
  }

  private record Traced(String kernel, long block, int thread, Consumer<String> line) {

    Trace begin(KernelCode code, Grid grid, byte[] arguments, DeviceMemory memory) {
      refuseUnless("block", block, grid.blocks());
      refuseUnless("thread", thread, grid.threads());
      Trace trace = new Trace(code, arguments, memory, block, thread, line);
      trace.begin(grid);
      return trace;
    }

    private static void refuseUnless(String what, long got, long count) {
      if (got < 0 || got >= count) {
        throw new IllegalArgumentException(
            Text.of("%s: expected 0 to %d, got %d", what, count - 1, got));
      }
    }
  }

  @Override
  public synchronized void launch(Kernel kernel, Grid grid, Arguments arguments) {
    if (!(kernel instanceof EmulatedKernel emulated)) {
      throw new IllegalArgumentException(
          "launch: expected a kernel of the emulated GPU, got " + kernel.name());
    }
    byte[] bytes = emulated.code().parameters().accept(arguments);
    run(() -> launch(emulated.code(), grid, bytes));
  }

  private void launch(KernelCode code, Grid grid, byte[] arguments) {
    launched.add(code.name());
    Tracer tracer = Tracer.NONE;
    if (traced.isPresent() && traced.get().kernel().equals(code.name())) {
      tracer = traced.get().begin(code, grid, arguments, memory);
      traced = Optional.empty();
    }
    executed += new Launch(code, grid, arguments, memory, tracer, rigor).run();
  }

  @Override
  public synchronized void synchronize() {
    refuseWhileCapturing("synchronize");
    doGiven();
  }

  @Override
  public synchronized Graph capture(Runnable work) {
    refuseWhileCapturing("capture");
    List<Runnable> recorded = new ArrayList<>();
    recording = Optional.of(recorded);
    try {
      work.run();
    } finally {
      recording = Optional.empty();
    }
    List<Runnable> steps = List.copyOf(recorded);
    return new Graph() {
      @Override
      public void launch() {
        replay(steps);
      }

      @Override
      public void close() {}
    };
  }

  private synchronized void replay(List<Runnable> steps) {
    steps.forEach(this::run);
  }

  @Override
  public void close() {}

  /** Does the work of a library on the memory, or records it. */
  synchronized void enqueue(String call, Consumer<DeviceFloats> work) {
    DeviceFloats floats = new DeviceFloats(memory);
    run(() -> checked(call, () -> work.accept(floats)));
  }

  // ---- Doing and recording

  private void run(Runnable step) {
    if (recording.isPresent()) {
      recording.get().add(step);
    } else if (rigor.contains(Rigor.ASYNCHRONOUS)) {
      given.add(step);
    } else {
      step.run();
    }
  }

  /** Does the work that was given; after a fault, as on a GPU, the rest is not done. */
  private void doGiven() {
    try {
      while (!given.isEmpty()) {
        given.remove().run();
      }
    } finally {
      given.clear();
    }
  }

  private void refuseWhileCapturing(String call) {
    if (recording.isPresent()) {
      throw new CudaException(
          CudaStatus.CAPTURING, call, "expected launches, copies and fills only while capturing");
    }
  }

  private static void checked(String call, Runnable access) {
    try {
      access.run();
    } catch (Fault fault) {
      throw new CudaException(
          fault.status(), call, String.valueOf(fault.getMessage()), fault.advice());
    }
  }
}
