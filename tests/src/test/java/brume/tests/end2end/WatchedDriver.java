package brume.tests.end2end;

import brume.cuda.driver.Arguments;
import brume.cuda.driver.Driver;
import brume.cuda.driver.Fetch;
import brume.cuda.driver.Graph;
import brume.cuda.driver.Grid;
import brume.cuda.driver.Kernel;
import brume.cuda.driver.KernelModule;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A driver whose calls somebody watches, and may refuse.
 *
 * @param driver does the work
 * @param before is told of each call: its name, and that of the kernel of a launch
 */
record WatchedDriver(Driver driver, Consumer<String> before) implements Driver {

  @Override
  public String describe() {
    return driver.describe() + ", watched";
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
    before.accept("allocate");
    return driver.allocate(bytes);
  }

  @Override
  public void free(long address) {
    before.accept("free");
    driver.free(address);
  }

  @Override
  public void lend(long address, long bytes) {
    driver.lend(address, bytes);
  }

  @Override
  public void reclaim(long address) {
    driver.reclaim(address);
  }

  @Override
  public void upload(ByteBuffer host, long address) {
    before.accept("upload");
    driver.upload(host, address);
  }

  @Override
  public void download(long address, ByteBuffer host) {
    before.accept("download");
    driver.download(address, host);
  }

  @Override
  public Fetch fetch(long address, int bytes) {
    before.accept("fetch");
    return driver.fetch(address, bytes);
  }

  @Override
  public void copy(long from, long to, long bytes) {
    before.accept("copy");
    driver.copy(from, to, bytes);
  }

  @Override
  public void fill(long address, int word, long count) {
    before.accept("fill");
    driver.fill(address, word, count);
  }

  @Override
  public KernelModule load(String name, String ptx) {
    before.accept("load");
    return driver.load(name, ptx);
  }

  @Override
  public void launch(Kernel kernel, Grid grid, Arguments arguments) {
    before.accept("launch " + kernel.name());
    driver.launch(kernel, grid, arguments);
  }

  @Override
  public void synchronize() {
    before.accept("synchronize");
    driver.synchronize();
  }

  @Override
  public Graph capture(Runnable work) {
    before.accept("capture");
    return driver.capture(work);
  }

  @Override
  public void close() {
    driver.close();
  }
}
