package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static brume.cuda.driver.JCudaStatus.checkPinned;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import jcuda.Pointer;
import jcuda.driver.CUstream;

/**
 * Small copies from the device that are waited for later. Each has a place of its own in memory that the
 * device writes by itself; places are used again when their copy was waited for. Safe for use by many
 * threads.
 */
final class JCudaFetches implements AutoCloseable {

  private final Runnable enter;
  private final Deque<Place> idle = new ArrayDeque<>();
  private final Releases held = new Releases();

  /**
   * No place yet.
   *
   * @param enter makes the device that of the calling thread
   */
  JCudaFetches(Runnable enter) {
    this.enter = enter;
  }

  /** Where one copy goes, and the moment when it is there. */
  private static final class Place {
    private final Pointer pointer = new Pointer();
    private final JCudaEvents done;

    Place(Releases held) {
      checkPinned(Fetch.MOST_BYTES, cuMemAllocHost(pointer, Fetch.MOST_BYTES));
      held.add(() -> check("cuMemFreeHost", cuMemFreeHost(pointer)));
      done = new JCudaEvents(1);
      held.add(done::close);
    }
  }

  /** Begins a copy; the device is current and given nothing else meanwhile. */
  Fetch begin(long address, int bytes, CUstream stream) {
    Place place = take();
    check(
        "cuMemcpyDtoHAsync",
        cuMemcpyDtoHAsync(place.pointer, new JCudaAddress(address), bytes, stream));
    place.done.record(0, stream);
    return () -> await(place, bytes);
  }

  private synchronized Place take() {
    Place place = idle.poll();
    return place == null ? new Place(held) : place;
  }

  private ByteBuffer await(Place place, int bytes) {
    enter.run();
    place.done.await(0);
    ByteBuffer copied = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    copied.put(place.pointer.getByteBuffer(0, bytes)).flip();
    synchronized (this) {
      idle.push(place);
    }
    return copied;
  }

  @Override
  public synchronized void close() {
    held.close();
  }
}
