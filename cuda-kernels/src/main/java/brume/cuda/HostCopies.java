package brume.cuda;

import brume.cuda.driver.Driver;
import brume.cuda.driver.Fetch;
import brume.tensor.LateNumber;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Copies between Java arrays and the device, piece by piece through one buffer outside the heap. */
final class HostCopies {

  private static final int PIECE =
      1 << 20; // 4 MiB: long enough that the call itself does not count

  private final Driver driver;
  private final ByteBuffer bytes;
  private final CudaTables tables;
  private final CudaInputs inputs;
  private final Constants constants;
  private boolean keepingUploads;

  HostCopies(Driver driver, CudaMemory memory) {
    this(driver, memory, new Constants());
  }

  HostCopies(Driver driver, CudaMemory memory, Constants constants) {
    this.driver = driver;
    this.constants = constants;
    this.inputs = new CudaInputs(driver, constants);
    this.tables = new CudaTables(memory, this);
    this.bytes = ByteBuffer.allocateDirect(PIECE * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  /** Fills or empties a buffer with the numbers from the {@code done}-th on, as many as it has. */
  @FunctionalInterface
  interface Piece {
    void copy(FloatBuffer floats, int done);
  }

  synchronized void upload(int count, Piece fill, long address) {
    for (int done = 0; done < count; done += PIECE) {
      ByteBuffer piece = piece(Math.min(PIECE, count - done));
      fill.copy(piece.asFloatBuffer(), done);
      put(piece, address + (long) done * Float.BYTES);
    }
  }

  /** Copies to the device, by way of a table there if it will have to be done again. */
  private void put(ByteBuffer piece, long address) {
    if (keepingUploads) {
      int[] content = new int[piece.remaining() / Integer.BYTES];
      piece.asIntBuffer().get(content);
      constants.add("upload", content.length, Arrays.hashCode(content));
      driver.copy(tables.address(content), address, piece.remaining());
    } else {
      driver.upload(piece, address);
    }
  }

  synchronized void download(long address, int count, Piece empty) {
    for (int done = 0; done < count; done += PIECE) {
      ByteBuffer piece = piece(Math.min(PIECE, count - done));
      driver.download(address + (long) done * Float.BYTES, piece);
      empty.copy(piece.asFloatBuffer(), done);
    }
  }

  /** What recorded work looks at anew. */
  CudaInputs inputs() {
    return inputs;
  }

  /** The tables of this device. */
  CudaTables tables() {
    return tables;
  }

  /**
   * From now on until {@link #endKeeping} uploads are copies of tables, which a graph can repeat.
   *
   * @return the tables, to be closed when the graph is
   */
  synchronized CudaTables.Hold keepUploads() {
    keepingUploads = true;
    return tables.hold();
  }

  synchronized void endKeeping() {
    keepingUploads = false;
    tables.endHold();
  }

  /** Numbers in double precision, at most 4 MiB of them. */
  synchronized double[] doubles(long address, int count) {
    double[] values = new double[count];
    ByteBuffer piece = piece(2 * count);
    driver.download(address, piece);
    piece.asDoubleBuffer().get(values);
    return values;
  }

  /** A number in single precision, as it is when all earlier work is done. */
  LateNumber lateFloat(long address) {
    Fetch fetch = driver.fetch(address, Float.BYTES);
    return LateNumber.late(() -> fetch.await().getFloat());
  }

  /** A number in double precision, as it is when all earlier work is done. */
  LateNumber lateDouble(long address) {
    Fetch fetch = driver.fetch(address, Double.BYTES);
    return LateNumber.late(() -> fetch.await().getDouble());
  }

  /** Copies integers to the device. */
  synchronized void upload(int[] values, long address) {
    for (int done = 0; done < values.length; done += PIECE) {
      int count = Math.min(PIECE, values.length - done);
      ByteBuffer piece = piece(count);
      piece.asIntBuffer().put(values, done, count);
      driver.upload(piece, address + (long) done * Integer.BYTES);
    }
  }

  private ByteBuffer piece(int count) {
    return bytes.slice(0, count * Float.BYTES).order(ByteOrder.nativeOrder());
  }
}
