package brume.cuda.driver;

import static brume.cuda.driver.JCudaStatus.check;
import static brume.cuda.driver.JCudaStatus.checkPinned;
import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuMemAllocHost;
import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import jcuda.Pointer;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;

/**
 * A few pieces of the host's memory that the device reads and writes by itself. Uploads go through them
 * in turn: many small ones share a piece, and one piece is filled while others are still under way. The
 * host waits only when all pieces are. Mutable; guarded by its owner.
 */
final class JCudaStaging implements AutoCloseable {

  /** Large enough that a transfer is not much slower than in one piece. */
  private static final int PIECE_BYTES = 4 << 20;

  private static final int ALIGNMENT = 256; // bytes, as the driver aligns what it allocates

  private final Piece[] pieces;
  private int current;
  private int filled; // bytes of the current piece

  private final Releases held = new Releases();

  JCudaStaging(int count) {
    pieces = held.whole(
        () -> IntStream.range(0, count).mapToObj(i -> new Piece(held)).toArray(Piece[]::new));
  }

  /** Gives work to the device, when it may be given any. */
  interface Giving {
    void give(Runnable work);
  }

  /** One piece, and the moment when the device is done with it. */
  private static final class Piece {
    private final Pointer pointer = new Pointer();
    private final CUevent done = new CUevent();
    private final ByteBuffer bytes;

    Piece(Releases held) {
      checkPinned(PIECE_BYTES, cuMemAllocHost(pointer, PIECE_BYTES));
      held.add(() -> check("cuMemFreeHost", cuMemFreeHost(pointer)));
      check("cuEventCreate", cuEventCreate(done, CUevent_flags.CU_EVENT_DISABLE_TIMING));
      held.add(() -> check("cuEventDestroy", cuEventDestroy(done)));
      bytes = pointer.getByteBuffer(0, PIECE_BYTES);
    }

    void await() {
      check("cuEventSynchronize", cuEventSynchronize(done));
    }

    void mark(CUstream stream) {
      check("cuEventRecord", cuEventRecord(done, stream));
    }
  }

  /** Copies to the device; the source may change when this returns. */
  void upload(ByteBuffer host, long address, CUstream stream) {
    ByteBuffer from = host.duplicate();
    long at = address;
    while (from.hasRemaining()) {
      if (filled >= PIECE_BYTES) {
        turn(stream);
      }
      Piece piece = pieces[current];
      int count = Math.min(PIECE_BYTES - filled, from.remaining());
      piece.bytes.clear().position(filled).put(from.slice().limit(count));
      from.position(from.position() + count);
      check(
          "cuMemcpyHtoDAsync",
          cuMemcpyHtoDAsync(
              new JCudaAddress(at), piece.pointer.withByteOffset(filled), count, stream));
      filled += (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      at += count;
    }
  }

  /** Goes on with the next piece, as soon as the device has read what is in it. */
  private void turn(CUstream stream) {
    pieces[current].mark(stream);
    current = (current + 1) % pieces.length;
    pieces[current].await();
    filled = 0;
  }

  /** Copies from the device, and waits for it; others may give it work meanwhile. */
  void download(long address, ByteBuffer host, CUstream stream, Giving giving) {
    ByteBuffer into = host.duplicate();
    long at = address;
    while (into.hasRemaining()) {
      Piece piece = pieces[current];
      int count = Math.min(PIECE_BYTES, into.remaining());
      JCudaAddress from = new JCudaAddress(at);
      giving.give(() -> {
        check("cuMemcpyDtoHAsync", cuMemcpyDtoHAsync(piece.pointer, from, count, stream));
        piece.mark(stream);
      });
      piece.await();
      into.put(piece.bytes.clear().limit(count));
      at += count;
    }
  }

  @Override
  public void close() {
    held.close();
  }
}
