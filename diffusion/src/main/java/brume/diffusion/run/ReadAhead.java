package brume.diffusion.run;

import brume.diffusion.data.Batches;
import brume.tensor.Shape;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads batches before they are needed, in threads of its own, each batch divided among them, while the
 * network is at work. What is handed out is what {@link Batches#read} gives at that position, whoever
 * read it. In memory are the batch in use and {@value #AHEAD} more. For one thread to take from.
 */
final class ReadAhead implements AutoCloseable {

  private static final int AHEAD = 2; // batches; one is read while the next is waited for
  private static final long LONGEST = 10; // seconds until threads have ended
  private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
  private static final AtomicInteger THREADS = new AtomicInteger(); // of this process, for names

  private final Batches batches;
  private final int count;
  private final int length;
  private final long end;
  private final LongUnaryOperator next;
  private final int workers;
  private final ExecutorService threads;
  private final Deque<Coming> coming = new ArrayDeque<>(); // in order, none left out
  private final Deque<float[]> free = new ArrayDeque<>();
  private float[] taken = {}; // by the caller

  /**
   * A batch that is read.
   *
   * @param first position of its first picture
   * @param pictures what is read so far
   * @param parts done when they are read
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Coming(long first, float[] pictures, List<Future<?>> parts) {}

  /**
   * Reads nothing yet.
   *
   * @param batches where pictures come from
   * @param count pictures of a batch
   * @param length values of a picture
   * @param end position from which on none will be needed
   */
  ReadAhead(Batches batches, int count, int length, long end) {
    this(batches, count, length, end, first -> first + count);
  }

  /**
   * Reads some of the batches.
   *
   * @param batches where pictures come from
   * @param count pictures of a batch
   * @param length values of a picture
   * @param end position from which on none will be needed
   * @param next the batch that is wanted after one at a position
   */
  ReadAhead(Batches batches, int count, int length, long end, LongUnaryOperator next) {
    this.next = next;
    this.batches = batches;
    this.count = count;
    this.length = length;
    this.end = end;
    this.workers = Math.min(count, Runtime.getRuntime().availableProcessors());
    this.threads = Executors.newFixedThreadPool(workers, work -> {
      Thread thread = new Thread(work, "brume-read-" + THREADS.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    });
  }

  /**
   * Hands out the batch at a position, once, and has the following ones read.
   *
   * @param first position of its first picture
   * @return (N, H, W, C) values in [0, 1], the caller's until the next call
   * @throws IOException if a picture could not be read
   */
  float[] take(long first) throws IOException {
    if (coming.isEmpty() || coming.getFirst().first != first) {
      dismiss();
      begin(first);
    }
    if (taken.length > 0) {
      free.add(taken);
      taken = new float[0];
    }
    Coming batch = coming.removeFirst();
    while (coming.size() < AHEAD && following(batch) < end) {
      begin(following(batch));
    }
    for (Future<?> part : batch.parts) {
      await(part);
    }
    taken = batch.pictures; // not before: after a failure, others may still write there
    return taken;
  }

  private long following(Coming batch) {
    return next.applyAsLong((coming.isEmpty() ? batch : coming.getLast()).first);
  }

  private void begin(long first) {
    float[] pictures = free.isEmpty() ? new float[Shape.product(count, length)] : free.remove();
    List<Future<?>> parts = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      int from = (int) ((long) count * w / workers), to = (int) ((long) count * (w + 1) / workers);
      parts.add(threads.submit(() -> {
        batches.read(first + from, to - from, pictures, from * length);
        return null;
      }));
    }
    coming.add(new Coming(first, pictures, parts));
  }

  private static void await(Future<?> part) throws IOException {
    try {
      part.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("reading: expected pictures, got an interruption");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException unreadable) {
        throw unreadable;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(String.valueOf(failed.getMessage()), failed.getCause());
    }
  }

  /** Leaves out what is wanted no more. What is being read goes into arrays that nobody else has. */
  private void dismiss() {
    coming.forEach(batch -> batch.parts.forEach(part -> part.cancel(false)));
    coming.clear();
  }

  /** Ends all threads, once they are done with the picture they are at. No file is torn from a reader. */
  @Override
  public void close() {
    dismiss();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(LONGEST, TimeUnit.SECONDS)) {
        LOG.warn("threads that read pictures have not ended within {} seconds", LONGEST);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
