package brume.tensor.cpu.loop;

import brume.tensor.Text;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed pool of threads that share the tasks of one call at a time.
 *
 * <p>The caller decides how work is cut into tasks, without asking how many threads there are; so
 * results depend on the partition alone. Tasks are handed out one by one, which evens out threads of
 * different speed.
 */
public final class Workers implements AutoCloseable {

  // A parked thread takes 10 to 80 us to wake, a spinning one less than one; but a thread that
  // spins for long takes the core from whoever shares the machine. So: as long as waking takes.
  private static final long SPIN_NANOS = 40_000;

  // Beyond the cores they gain nothing; some more are allowed, to try what other machines do.
  /** Most threads that may be asked for. */
  public static final int MOST = Math.max(64, 4 * Runtime.getRuntime().availableProcessors());

  private final Worker[] helpers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Job current;
  private volatile boolean closed;

  /**
   * Starts the pool.
   *
   * @param threads threads that work, the caller included; 1 or more, and not many times the cores
   */
  public Workers(int threads) {
    if (threads < 1 || threads > MOST) {
      throw new IllegalArgumentException(Text.of(
          "threads: expected 1 to %d, got %d; as many as cores, %d, are fastest",
          MOST, threads, Runtime.getRuntime().availableProcessors()));
    }
    helpers = new Worker[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Worker("brume-worker-" + (i + 1));
      helpers[i].start();
    }
  }

  /**
   * Threads that work, the caller included.
   *
   * @return 1 or more
   */
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * Runs a task for every number below {@code count}, each exactly once and in any order, and returns
   * when all are done. Inside a task, or while another thread uses the pool, the caller does it alone.
   *
   * @param count number of tasks
   * @param task receives 0 to {@code count - 1}; what it throws first is thrown here, after which
   *     tasks that have not begun are left out
   */
  public void forEach(int count, IntConsumer task) {
    if (count <= 1 || helpers.length == 0 || !busy.compareAndSet(false, true)) {
      for (int i = 0; i < count; i++) {
        task.accept(i);
      }
      return;
    }
    Job job = new Job(count, task, Thread.currentThread());
    try {
      current = job;
      for (int i = 0; i < Math.min(helpers.length, count - 1); i++) {
        helpers[i].wake();
      }
      job.work();
      job.await();
    } finally {
      current = null;
      busy.set(false);
    }
    job.rethrow();
  }

  /** Ends the threads of the pool; afterwards callers work alone. */
  @Override
  public void close() {
    closed = true;
    for (Worker helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  /** The tasks of one call. */
  private static final class Job {
    private final int count;
    private final IntConsumer task;
    private final Thread caller;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger takenFromEnd = new AtomicInteger();
    private final AtomicInteger unfinished;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Job(int count, IntConsumer task, Thread caller) {
      this.count = count;
      this.task = task;
      this.caller = caller;
      unfinished = new AtomicInteger(count);
    }

    /**
     * Takes tasks until none is left, and only then tells how many: counters that two cores write are slow.
     * The caller begins with the first and others with the last. So where one list of tasks goes through a
     * picture after another, most of what a thread reads is what it has written, and in its own cache.
     */
    void work() {
      boolean first = Thread.currentThread() == caller;
      int done = 0;
      while (taken.getAndIncrement() < count) {
        runOne(first ? done : count - 1 - takenFromEnd.getAndIncrement());
        done++;
      }
      if (done > 0 && unfinished.addAndGet(-done) == 0 && Thread.currentThread() != caller) {
        LockSupport.unpark(caller);
      }
    }

    private void runOne(int i) {
      if (failure.get() != null) {
        return;
      }
      try {
        task.accept(i);
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      }
    }

    /** Waits, as the caller, for tasks that others have taken. */
    void await() {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (unfinished.get() > 0) {
        if (System.nanoTime() < deadline) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
    }

    void rethrow() {
      Throwable first = failure.get();
      if (first instanceof RuntimeException e) {
        throw e;
      }
      if (first instanceof Error e) {
        throw e;
      }
    }
  }

  /** A thread that waits for jobs. */
  private final class Worker extends Thread {
    private volatile boolean parked;

    Worker(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      Job last = null;
      while (!closed) {
        Job job = await(last);
        if (job != null) {
          job.work();
          last = job;
        }
      }
    }

    /** Waits for a job other than the last; null if there is none yet. */
    private @Nullable Job await(@Nullable Job last) {
      long deadline = System.nanoTime() + SPIN_NANOS;
      while (System.nanoTime() < deadline) {
        Job job = current;
        if (job != null && job != last) {
          return job;
        }
        Thread.onSpinWait();
      }
      parked = true;
      Job job = current;
      if ((job == null || job == last) && !closed) {
        LockSupport.park(Workers.this);
      }
      parked = false;
      return null;
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }
  }
}
