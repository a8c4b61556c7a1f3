package brume.cuda;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.CudaException;
import brume.cuda.driver.CudaStatus;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Fetch;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import brume.tensor.kernel.KernelDifference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Does everything on two devices and compares, after each launch, the buffers it was given. Then the
 * second device gets the numbers of the first, so that each kernel answers for itself only. Addresses
 * are those of the first device. Mutable, one call at a time.
 */
final class TwinDriver implements Driver {

  private final Driver first;
  private final Driver second;
  private final Expected expected;
  private final TreeMap<Long, Buffer> buffers = new TreeMap<>(); // by their address
  private final Map<String, Difference> differences = new TreeMap<>();

  /** Compares with what the first device computes, or is told to have computed. */
  TwinDriver(Driver first, Driver second, Expected expected) {
    this.first = first;
    this.second = second;
    this.expected = expected;
  }

  /** Memory taken on both devices. */
  private record Buffer(long twin, long bytes) {}

  /** A kernel of both devices. */
  private record TwinKernel(Kernel first, Kernel second) implements Kernel {
    @Override
    public String name() {
      return first.name();
    }
  }

  /** What was found of a kernel. Mutable. */
  private static final class Difference {
    private long numbers;
    private long differing;
    private long ulps;
    private double relative;

    private KernelDifference told(String name) {
      return new KernelDifference(name, numbers, differing, ulps, relative);
    }

    private void add(ByteBuffer right, ByteBuffer actual) {
      double largest = 0, off = 0;
      for (int at = 0; at + Float.BYTES <= right.limit(); at += Float.BYTES) {
        int a = right.getInt(at), b = actual.getInt(at);
        numbers++;
        double x = Float.intBitsToFloat(a);
        largest = Float.isFinite((float) x) ? Math.max(largest, Math.abs(x)) : largest;
        if (a != b && !(isMadeNan(a) && isMadeNan(b))) {
          differing++;
          ulps = Math.max(ulps, Math.abs(place(a) - place(b)));
          double apart = Math.abs(x - Float.intBitsToFloat(b));
          off = Double.isNaN(apart) ? Double.POSITIVE_INFINITY : Math.max(off, apart);
        }
      }
      relative = Math.max(relative, off == 0 ? 0 : off / Math.max(largest, Float.MIN_NORMAL));
    }

    /** The NaN of a GPU, and those of the host, whose sign depends on how Java was compiled. */
    private static boolean isMadeNan(int bits) {
      return bits == 0x7fffffff || bits == 0x7fc00000 || bits == 0xffc00000;
    }

    /** Single-precision numbers in order, counted from 0. */
    private static long place(int bits) {
      return bits >= 0 ? bits : -(long) (bits & Integer.MAX_VALUE);
    }
  }

  /** What was found so far. */
  List<KernelDifference> differences() {
    return differences.entrySet().stream()
        .map(each -> each.getValue().told(each.getKey()))
        .toList();
  }

  // ---- Launches

  @Override
  public KernelModule load(String name, String ptx) {
    KernelModule one = expected.load(first, name, ptx), other = second.load(name, ptx);
    return new KernelModule() {
      @Override
      public String name() {
        return one.name();
      }

      @Override
      public Kernel kernel(String entry) {
        return new TwinKernel(one.kernel(entry), other.kernel(entry));
      }
    };
  }

  @Override
  public void launch(Kernel kernel, Grid grid, Arguments arguments) {
    if (!(kernel instanceof TwinKernel twin)) {
      throw new IllegalArgumentException(
          "launch: expected a kernel of both devices, got " + kernel.name());
    }
    Map<Long, Buffer> given = new LinkedHashMap<>();
    Arguments translated = translated(arguments, given);
    Map<Long, Long> sizes = new LinkedHashMap<>();
    given.forEach((address, buffer) -> sizes.put(address, buffer.bytes));
    expected.launch(first, twin.first, grid, arguments, sizes);
    second.launch(twin.second, grid, translated);
    given.forEach((address, buffer) -> compare(kernel.name(), address, buffer));
  }

  /** The same arguments with the second device's addresses; notes the buffers that they name. */
  private Arguments translated(Arguments arguments, Map<Long, Buffer> given) {
    Arguments result = new Arguments();
    ByteBuffer bytes = arguments.bytes();
    for (int i = 0; i < arguments.count(); i++) {
      int end = i + 1 < arguments.count() ? arguments.start(i + 1) : bytes.limit();
      int words = (end - arguments.start(i)) / Integer.BYTES;
      int[] fields = new int[words];
      for (int word = 0; word < words; word++) {
        fields[word] = bytes.getInt(arguments.start(i) + word * Integer.BYTES);
      }
      for (int word = 0; word + 1 < words; word += 2) {
        long address = (long) fields[word + 1] << 32 | fields[word] & 0xffffffffL;
        long there = twin(address, given);
        fields[word] = (int) there;
        fields[word + 1] = (int) (there >>> 32);
      }
      if (words == 2 && arguments.start(i) % Long.BYTES == 0) {
        result.i64((long) fields[1] << 32 | fields[0] & 0xffffffffL);
      } else {
        result.struct(fields);
      }
    }
    return result;
  }

  private long twin(long address, Map<Long, Buffer> given) {
    Map.Entry<Long, Buffer> found = buffers.floorEntry(address);
    if (found == null || address >= found.getKey() + found.getValue().bytes) {
      return address; // a number
    }
    given.put(found.getKey(), found.getValue());
    return found.getValue().twin + (address - found.getKey());
  }

  private void compare(String kernel, long address, Buffer buffer) {
    ByteBuffer right = room(buffer), actual = room(buffer);
    try {
      first.download(address, right);
    } catch (CudaException unwritten) {
      if (unwritten.status() != CudaStatus.ILLEGAL_ADDRESS) {
        throw unwritten;
      }
      return; // scratch of which only a part is written
    }
    second.download(buffer.twin, actual);
    differences.computeIfAbsent(kernel, any -> new Difference()).add(right, actual);
    second.upload(right, buffer.twin);
  }

  private static ByteBuffer room(Buffer buffer) {
    return ByteBuffer.allocateDirect((int) buffer.bytes).order(ByteOrder.nativeOrder());
  }

  // ---- Memory

  @Override
  public long allocate(long bytes) {
    long address = first.allocate(bytes);
    buffers.put(address, new Buffer(second.allocate(bytes), bytes));
    return address;
  }

  private Buffer at(long address) {
    Map.Entry<Long, Buffer> found = buffers.floorEntry(address);
    if (found == null) {
      throw new IllegalArgumentException("expected an address of both devices, got " + address);
    }
    return new Buffer(found.getValue().twin + (address - found.getKey()), found.getValue().bytes);
  }

  @Override
  public void free(long address) {
    second.free(at(address).twin);
    first.free(address);
    buffers.remove(address);
  }

  @Override
  public void lend(long address, long bytes) {
    first.lend(address, bytes);
    second.lend(at(address).twin, bytes);
    buffers.put(address, new Buffer(at(address).twin, bytes));
  }

  @Override
  public void reclaim(long address) {
    first.reclaim(address);
    second.reclaim(at(address).twin);
  }

  @Override
  public void upload(ByteBuffer host, long address) {
    first.upload(host, address);
    second.upload(host, at(address).twin);
  }

  @Override
  public void download(long address, ByteBuffer host) {
    first.download(address, host);
  }

  @Override
  public Fetch fetch(long address, int bytes) {
    // Of the first device's memory only what saved bits hold in full is there.
    return second.fetch(at(address).twin, bytes);
  }

  @Override
  public void copy(long from, long to, long bytes) {
    first.copy(from, to, bytes);
    second.copy(at(from).twin, at(to).twin, bytes);
  }

  @Override
  public void fill(long address, int word, long count) {
    first.fill(address, word, count);
    second.fill(at(address).twin, word, count);
  }

  // ---- The rest

  @Override
  public String describe() {
    return second.describe() + " beside " + first.describe();
  }

  @Override
  public long totalMemory() {
    return first.totalMemory();
  }

  @Override
  public long freeMemory() {
    return first.freeMemory();
  }

  @Override
  public int multiprocessors() {
    return first.multiprocessors(); // so that launches are the same whatever the second has
  }

  @Override
  public int sharedBytes() {
    return Math.min(first.sharedBytes(), second.sharedBytes());
  }

  @Override
  public void synchronize() {
    first.synchronize();
    second.synchronize();
  }

  @Override
  public Graph capture(Runnable work) {
    throw new UnsupportedOperationException("two devices: expected launches, got a capture");
  }

  @Override
  public void close() {
    second.close();
    first.close();
  }
}
