package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static brume.cuda.driver.JCudaStatus.checkPinned;
import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import brume.tensor.Text;
import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;

/**
 * An NVIDIA GPU, through its driver. All work goes into one stream of the primary context, which cuBLAS
 * and cuDNN share. Safe for use by many threads.
 */
public final class JCudaDriver implements Driver {

  private static final int UPLOADS = 4;

  private final CUcontext context = new CUcontext();
  private final CUstream stream = new CUstream();
  private final String description;
  private final boolean debug;
  private final int multiprocessors;
  private final int sharedBytes;
  private final JCudaStaging uploads;
  private final JCudaStaging downloads;
  private final JCudaFetches fetches;
  private final Pointer arguments = new Pointer();
  private final ByteBuffer argumentBytes;
  private final Releases held;
  private boolean capturing;

  private JCudaDriver(CUdevice device, boolean debug, Releases held) {
    this.description = JCudaDevice.describe(device);
    this.multiprocessors = JCudaDevice.multiprocessors(device);
    this.sharedBytes = JCudaDevice.sharedBytes(device);
    this.debug = debug;
    this.held = held;
    check("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(context, device));
    held.add(() -> check("cuDevicePrimaryCtxRelease", cuDevicePrimaryCtxRelease(device)));
    enter();
    check("cuStreamCreate", cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING));
    held.add(() -> check("cuStreamDestroy", cuStreamDestroy(stream)));
    this.uploads = new JCudaStaging(UPLOADS);
    held.add(uploads::close);
    this.downloads = new JCudaStaging(1);
    held.add(downloads::close);
    this.fetches = new JCudaFetches(this::enter);
    held.add(fetches::close);
    checkPinned(Arguments.CAPACITY, cuMemAllocHost(arguments, Arguments.CAPACITY));
    held.add(() -> check("cuMemFreeHost", cuMemFreeHost(arguments)));
    this.argumentBytes = arguments.getByteBuffer(0, Arguments.CAPACITY);
  }

  /**
   * Opens a GPU.
   *
   * @param ordinal its number, from 0
   * @param debug whether to wait after every launch, so that an error names its kernel
   * @return the driver
   * @throws CudaException if there is no such device, or it or its driver is too old
   * @throws UnsatisfiedLinkError if JCuda's native library is missing
   */
  public static JCudaDriver open(int ordinal, boolean debug) {
    CUdevice device = JCudaDevice.open(ordinal);
    Releases held = new Releases();
    return held.whole(() -> new JCudaDriver(device, debug, held));
  }

  /**
   * Asks for a GPU, without taking it into use.
   *
   * @param ordinal its number, from 0
   * @throws CudaException if there is no such device, or it or its driver is too old
   * @throws UnsatisfiedLinkError if JCuda's native library is missing
   */
  public static void probe(int ordinal) {
    JCudaDevice.open(ordinal);
  }

  /** Makes this device the current one of the calling thread. */
  void enter() {
    check("cuCtxSetCurrent", cuCtxSetCurrent(context));
  }

  /**
   * Calls a library that works on this device and in its stream. Nobody else gives the device work
   * meanwhile, nor does the call end up in what another thread captures.
   *
   * @param calls of the library
   */
  public synchronized void exclusively(Runnable calls) {
    enter();
    calls.run();
  }

  /**
   * The stream all work goes into.
   *
   * @return the driver's handle
   */
  public CUstream stream() {
    return stream;
  }

  @Override
  public String describe() {
    return Text.of("%s, %.1f GiB", description, totalMemory() / 0x1p30);
  }

  @Override
  public long totalMemory() {
    return memory()[1];
  }

  @Override
  public long freeMemory() {
    return memory()[0];
  }

  @Override
  public int multiprocessors() {
    return multiprocessors;
  }

  @Override
  public int sharedBytes() {
    return sharedBytes;
  }

  private synchronized long[] memory() {
    enter();
    long[] free = {0};
    long[] total = {0};
    check("cuMemGetInfo", cuMemGetInfo(free, total));
    return new long[] {free[0], total[0]};
  }

  @Override
  public synchronized long allocate(long bytes) {
    refuseWhileCapturing("allocate");
    enter();
    JCudaAddress address = new JCudaAddress();
    check(Text.of("cuMemAlloc of %d bytes", bytes), cuMemAlloc(address, bytes));
    return address.value();
  }

  @Override
  public synchronized void free(long address) {
    refuseWhileCapturing("free");
    enter();
    check("cuMemFree", cuMemFree(new JCudaAddress(address)));
  }

  // ---- Copies

  @Override
  public synchronized void upload(ByteBuffer host, long address) {
    refuseWhileCapturing("upload");
    enter();
    uploads.upload(host, address, stream);
  }

  @Override
  public void download(long address, ByteBuffer host) {
    synchronized (downloads) {
      downloads.download(address, host, stream, copy -> waitable("download", copy));
    }
  }

  @Override
  public synchronized Fetch fetch(long address, int bytes) {
    refuseWhileCapturing("fetch");
    enter();
    return fetches.begin(address, bytes, stream);
  }

  @Override
  public synchronized void copy(long from, long to, long bytes) {
    enter();
    check(
        "cuMemcpyDtoDAsync",
        cuMemcpyDtoDAsync(new JCudaAddress(to), new JCudaAddress(from), bytes, stream));
  }

  @Override
  public synchronized void fill(long address, int word, long count) {
    enter();
    check("cuMemsetD32Async", cuMemsetD32Async(new JCudaAddress(address), word, count, stream));
  }

  // ---- Kernels

  @Override
  public synchronized KernelModule load(String name, String ptx) {
    refuseWhileCapturing("load " + name);
    enter();
    return JCudaModule.load(name, ptx, this::enter);
  }

  @Override
  public synchronized void launch(Kernel kernel, Grid grid, Arguments values) {
    if (!(kernel instanceof JCudaKernel known)) {
      throw new IllegalArgumentException(
          "launch: expected a kernel of this GPU, got " + kernel.name());
    }
    enter();
    // The driver copies the arguments before the launch returns, so one place serves all.
    argumentBytes.clear().put(values.bytes());
    Pointer[] each = new Pointer[values.count()];
    for (int i = 0; i < each.length; i++) {
      each[i] = arguments.withByteOffset(values.start(i));
    }
    known.launch(grid, Pointer.to(each), stream);
    if (debug && !capturing) {
      check(kernel.name() + " with " + grid, cuStreamSynchronize(stream));
    }
  }

  @Override
  public void synchronize() {
    enter();
    try (JCudaEvents events = new JCudaEvents(1)) {
      waitable("synchronize", () -> events.record(0, stream));
      events.await(0);
    }
  }

  @Override
  public OptionalDouble milliseconds(Runnable work) {
    enter();
    try (JCudaEvents events = new JCudaEvents(2)) {
      waitable("time", () -> events.record(0, stream));
      work.run();
      waitable("time", () -> events.record(1, stream));
      events.await(1);
      return OptionalDouble.of(events.milliseconds(0, 1));
    }
  }

  /**
   * Gives work that somebody then waits for without this driver's lock, so that others go on. Waiting
   * for an event that was recorded before cannot spoil what another thread captures meanwhile; waiting
   * for the stream would.
   */
  private synchronized void waitable(String call, Runnable work) {
    refuseWhileCapturing(call);
    enter();
    work.run();
  }

  @Override
  public synchronized Graph capture(Runnable work) {
    refuseWhileCapturing("capture");
    enter();
    CUgraph graph = new CUgraph();
    check(
        "cuStreamBeginCapture",
        cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    capturing = true;
    boolean done = false;
    int ended;
    try {
      work.run();
      done = true;
    } finally {
      capturing = false;
      ended = cuStreamEndCapture(stream, graph);
      if (!done && ended == CUresult.CUDA_SUCCESS) {
        cuGraphDestroy(graph); // nobody will; what went wrong in the work is told instead
      }
    }
    check("cuStreamEndCapture", ended);
    return new JCudaGraph(this, graph);
  }

  /** Does recorded work. */
  synchronized void launch(CUgraphExec graph) {
    enter();
    check("cuGraphLaunch", cuGraphLaunch(graph, stream));
    if (debug) {
      check("a captured graph", cuStreamSynchronize(stream));
    }
  }

  @Override
  public synchronized void close() {
    enter();
    held.add(() -> check("cuStreamSynchronize", cuStreamSynchronize(stream)));
    held.close();
  }

  private void refuseWhileCapturing(String call) {
    if (capturing) {
      throw new CudaException(
          CudaStatus.CAPTURING, call, "expected launches, copies and fills only while capturing");
    }
  }
}
