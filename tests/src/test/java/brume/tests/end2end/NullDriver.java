package brume.tests.end2end;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Fetch;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A GPU of any size that does nothing, in no time, and counts what it was asked to do. Numbers read back
 * are zeros. Its addresses lie where no other argument of a kernel does, so that the buffers of a launch
 * are found among its arguments.
 */
final class NullDriver implements Driver {

  private static final long FIRST = 0x7f3a_5b00_0000L; // address
  private static final long TOTAL = 1L << 40; // bytes
  private static final int MULTIPROCESSORS = 132; // as an H200 has

  private final TreeMap<Long, Long> lent = new TreeMap<>(); // bytes by address
  private final Map<String, Tally> launches = new TreeMap<>();
  private long next = FIRST;
  private int uploads;
  private int downloads;
  private int fetches; // waited for
  private int graphs; // launched
  private boolean capturing;
  private int fills;

  /** How often something was asked for, and the bytes of the buffers that it read or wrote, each once. */
  record Tally(int count, long bytes) {

    static final Tally NONE = new Tally(0, 0);

    Tally plus(Tally other) {
      return new Tally(count + other.count, bytes + other.bytes);
    }
  }

  /** Launches since the last {@link #forget}, by the name of the kernel. */
  Map<String, Tally> launches() {
    return launches;
  }

  /** Copies to the device since the last {@link #forget}. */
  int uploads() {
    return uploads;
  }

  /** Times that the host waited for all that the device had to do, since the last {@link #forget}. */
  int waits() {
    return downloads;
  }

  /** Numbers that were waited for after later work was given, since the last {@link #forget}. */
  int lateNumbers() {
    return fetches;
  }

  /** Graphs launched since the last {@link #forget}. */
  int graphs() {
    return graphs;
  }

  /** Fills since the last {@link #forget}. */
  int fills() {
    return fills;
  }

  /** Counts from now on. */
  void forget() {
    launches.clear();
    uploads = 0;
    downloads = 0;
    fetches = 0;
    graphs = 0;
    fills = 0;
  }

  @Override
  public String describe() {
    return "no GPU";
  }

  @Override
  public int multiprocessors() {
    return MULTIPROCESSORS;
  }

  @Override
  public int sharedBytes() {
    return 227 << 10; // as an H200 has
  }

  @Override
  public long totalMemory() {
    return TOTAL;
  }

  @Override
  public long freeMemory() {
    return TOTAL - (next - FIRST);
  }

  @Override
  public long allocate(long bytes) {
    long address = next;
    next += (bytes + 255) / 256 * 256;
    return address;
  }

  @Override
  public void free(long address) {}

  @Override
  public void lend(long address, long bytes) {
    lent.put(address, bytes);
  }

  @Override
  public void reclaim(long address) {
    lent.remove(address);
  }

  @Override
  public void upload(ByteBuffer host, long address) {
    uploads++;
  }

  @Override
  public void download(long address, ByteBuffer host) {
    downloads++;
    ByteBuffer zeros = host.duplicate();
    while (zeros.hasRemaining()) {
      zeros.put((byte) 0);
    }
  }

  @Override
  public Fetch fetch(long address, int bytes) {
    return () -> {
      fetches++;
      return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    };
  }

  @Override
  public void copy(long from, long to, long bytes) {}

  @Override
  public void fill(long address, int word, long count) {
    fills++;
  }

  private record NamedKernel(String name) implements Kernel {}

  @Override
  public KernelModule load(String name, String ptx) {
    return new KernelModule() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Kernel kernel(String entry) {
        return new NamedKernel(entry);
      }
    };
  }

  @Override
  public void launch(Kernel kernel, Grid grid, Arguments arguments) {
    ByteBuffer bytes = arguments.bytes();
    Set<Long> buffers = new HashSet<>();
    for (int at = 0; at + Long.BYTES <= bytes.limit(); at += Long.BYTES) {
      Map.Entry<Long, Long> buffer = lent.floorEntry(bytes.getLong(at));
      if (buffer != null && bytes.getLong(at) < buffer.getKey() + buffer.getValue()) {
        buffers.add(buffer.getKey());
      }
    }
    if (capturing) {
      return;
    }
    Tally one = new Tally(1, buffers.stream().mapToLong(lent::get).sum());
    launches.merge(kernel.name(), one, Tally::plus);
  }

  @Override
  public void synchronize() {
    downloads++;
  }

  @Override
  public Graph capture(Runnable work) {
    capturing = true;
    try {
      work.run();
    } finally {
      capturing = false;
    }
    return new Graph() {
      @Override
      public void launch() {
        graphs++;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void close() {}
}
