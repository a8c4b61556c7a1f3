package brume.diffusion.ranks;

import brume.tensor.Text;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Ranks that are threads of one process: several GPUs of a machine, or a trial of what many would do. */
public final class ThreadRanks implements Ranks {

  private final Table table;
  private final int rank;

  /** Where all lay out what they send, while nobody goes on. */
  private static final class Table {
    final ByteBuffer[] sent;
    final CyclicBarrier barrier;
    final Duration patience;
    volatile boolean ended;

    Table(int size, Duration patience) {
      this.sent = new ByteBuffer[size];
      this.barrier = new CyclicBarrier(size);
      this.patience = patience;
    }
  }

  private ThreadRanks(Table table, int rank) {
    this.table = table;
    this.rank = rank;
  }

  /**
   * So many ranks, one for each thread.
   *
   * @param size how many, 1 or more
   * @param patience how long one waits for the others before it gives up
   * @return all of them, in order
   */
  public static List<Ranks> of(int size, Duration patience) {
    Table table = new Table(size, patience);
    return IntStream.range(0, size)
        .<Ranks>mapToObj(i -> new ThreadRanks(table, i))
        .toList();
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return table.sent.length;
  }

  @Override
  public void exchange(ByteBuffer slices, ByteBuffer received) throws IOException {
    lay(slices);
    int slice = received.capacity() / size();
    for (int from = 0; from < size(); from++) {
      received.put(from * slice, table.sent[from], rank * slice, slice);
    }
    meet();
  }

  @Override
  public void gather(ByteBuffer mine, ByteBuffer all) throws IOException {
    lay(mine);
    for (int from = 0; from < size(); from++) {
      all.put(from * mine.capacity(), table.sent[from], 0, mine.capacity());
    }
    meet();
  }

  @Override
  public void broadcast(ByteBuffer data, int from) throws IOException {
    lay(data);
    if (rank != from) {
      data.put(0, table.sent[from], 0, data.capacity());
    }
    meet();
  }

  private void lay(ByteBuffer mine) throws IOException {
    table.sent[rank] = mine;
    meet();
  }

  private void meet() throws IOException {
    try {
      if (table.ended) {
        throw new BrokenBarrierException();
      }
      table.barrier.await(table.patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      throw new IOException(Silence.sentence(rank, size(), table.patience), silent);
    } catch (BrokenBarrierException ended) {
      throw new IOException(
          Text.of("rank %d of %d: expected all others to go on, one has ended", rank, size()),
          ended);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("ranks: expected the others, got an interruption");
    }
  }

  @Override
  public void abort(int status) {
    table.ended = true;
    table.barrier.reset();
  }

  @Override
  public void close() throws IOException {
    meet();
  }
}
