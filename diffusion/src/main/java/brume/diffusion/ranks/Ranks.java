package brume.diffusion.ranks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Moves bytes between processes that do the same work, which are numbered from 0. All of them make the same
 * calls in the same order, each from one thread at a time; a call returns when its own bytes have arrived.
 * Nothing is added here: whoever moves bytes cannot change a sum.
 *
 * <p>Buffers are those of {@link #buffer}; what counts of them is from 0 to their capacity.
 */
public interface Ranks extends AutoCloseable {

  /**
   * The number of this process.
   *
   * @return from 0 to just below the size
   */
  int rank();

  /**
   * How many there are.
   *
   * @return 1 or more
   */
  int size();

  /**
   * Gives each rank a slice of what this one has (all-to-all).
   *
   * @param slices one of equal length for each rank, in their order
   * @param received the slices for this rank, in the order of who sent them, of the same length
   * @throws IOException if another rank does not answer
   */
  void exchange(ByteBuffer slices, ByteBuffer received) throws IOException;

  /**
   * Gives every rank what each has (all-gather).
   *
   * @param mine as long as those of the others
   * @param all of all ranks, in their order
   * @throws IOException if another rank does not answer
   */
  void gather(ByteBuffer mine, ByteBuffer all) throws IOException;

  /**
   * Gives every rank what one has.
   *
   * @param data read on that one, written on the others
   * @param from its number
   * @throws IOException if another rank does not answer
   */
  void broadcast(ByteBuffer data, int from) throws IOException;

  /**
   * Ends all ranks at once, since this one cannot go on.
   *
   * @param status for the shell
   */
  void abort(int status);

  /**
   * Leaves, once all others leave, too.
   *
   * @throws IOException if another rank does not answer
   */
  @Override
  void close() throws IOException;

  /**
   * A buffer that others can write into.
   *
   * @param bytes its capacity
   * @return direct, in the byte order of the machine
   */
  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * One process without others.
   *
   * @return rank 0 of 1
   */
  static Ranks alone() {
    return new Alone();
  }
}
