package brume.cuda;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Fetch;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A driver whose launches can be measured. What a launch moves is taken to be the buffers whose
 * addresses are among its arguments.
 *
 * @param driver does the work
 * @param profile is told of launches
 * @param constants is told of everything that a repetition asks for again
 * @param lent buffers in use, by address, and their bytes
 */
record ProfiledDriver(
    Driver driver,
    LaunchProfile profile,
    Constants constants,
    ConcurrentSkipListMap<Long, Long> lent)
    implements Driver {

  ProfiledDriver(Driver driver) {
    this(driver, new LaunchProfile(driver), new Constants(), new ConcurrentSkipListMap<>());
  }

  @Override
  public void launch(Kernel kernel, Grid grid, Arguments arguments) {
    constants.add(kernel.name(), grid.hashCode(), arguments.constants());
    if (profile.isMeasuring()) {
      profile.launch(kernel, bytes(arguments), () -> driver.launch(kernel, grid, arguments));
    } else {
      driver.launch(kernel, grid, arguments);
    }
  }

  private long bytes(Arguments arguments) {
    ByteBuffer values = arguments.bytes();
    Set<Long> counted = new HashSet<>();
    long sum = 0;
    for (int at = 0; at + Long.BYTES <= values.limit(); at += Long.BYTES) { // addresses are aligned
      long address = values.getLong(at);
      Map.Entry<Long, Long> buffer = lent.floorEntry(address);
      if (buffer != null
          && address < buffer.getKey() + buffer.getValue()
          && counted.add(buffer.getKey())) {
        sum += buffer.getValue();
      }
    }
    return sum;
  }

  @Override
  public Fetch fetch(long address, int bytes) {
    return driver.fetch(address, bytes);
  }

  @Override
  public void copy(long from, long to, long bytes) {
    constants.add("copy", bytes);
    profile.launch("copy", 2 * bytes, () -> driver.copy(from, to, bytes));
  }

  @Override
  public void fill(long address, int word, long count) {
    constants.add("fill", word, count);
    profile.launch("fill", count * Integer.BYTES, () -> driver.fill(address, word, count));
  }

  @Override
  public void lend(long address, long bytes) {
    lent.put(address, bytes);
    driver.lend(address, bytes);
  }

  @Override
  public void reclaim(long address) {
    driver.reclaim(address);
  }

  // ---- The same as the driver's

  @Override
  public String describe() {
    return driver.describe();
  }

  @Override
  public long totalMemory() {
    return driver.totalMemory();
  }

  @Override
  public long freeMemory() {
    return driver.freeMemory();
  }

  @Override
  public int multiprocessors() {
    return driver.multiprocessors();
  }

  @Override
  public int sharedBytes() {
    return driver.sharedBytes();
  }

  @Override
  public long allocate(long bytes) {
    return driver.allocate(bytes);
  }

  @Override
  public void free(long address) {
    lent.remove(address);
    driver.free(address);
  }

  @Override
  public void upload(ByteBuffer host, long address) {
    driver.upload(host, address);
  }

  @Override
  public void download(long address, ByteBuffer host) {
    driver.download(address, host);
  }

  @Override
  public KernelModule load(String name, String ptx) {
    return driver.load(name, ptx);
  }

  @Override
  public OptionalDouble milliseconds(Runnable work) {
    return driver.milliseconds(work);
  }

  @Override
  public void synchronize() {
    driver.synchronize();
  }

  @Override
  public Graph capture(Runnable work) {
    return driver.capture(work);
  }

  @Override
  public void close() {
    driver.close();
  }
}
