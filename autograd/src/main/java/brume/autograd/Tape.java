package brume.autograd;

import brume.tensor.Scope;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether this thread remembers what it computes. Recording is on unless paused. */
public final class Tape {

  private static final ThreadLocal<Integer> PAUSES = ThreadLocal.withInitial(() -> 0);
  private static final Consumer<Differentiable> NOBODY = step -> {};
  private static final ThreadLocal<Consumer<Differentiable>> WATCHER =
      ThreadLocal.withInitial(() -> NOBODY);

  private static final ThreadLocal<@Nullable Computation> INNERMOST = new ThreadLocal<>();

  private Tape() {}

  /**
   * Whether functions leave records.
   *
   * @return false while paused
   */
  public static boolean isRecording() {
    return PAUSES.get() == 0;
  }

  /**
   * Stops recording until closed; pauses may be nested.
   *
   * @return closes the pause
   */
  @MustBeClosed
  public static Pause pause() {
    PAUSES.set(PAUSES.get() + 1);
    return new Pause();
  }

  /**
   * Records again until closed, within a pause: for what is differentiated on a way that is not, such as
   * a classifier that leads samples.
   *
   * @return closes the recording
   */
  @MustBeClosed
  public static Recording record() {
    Recording recording = new Recording(PAUSES.get());
    PAUSES.set(0);
    return recording;
  }

  /**
   * Shows every step that this thread records until closed, to learn which functions a computation is
   * made of. Closing brings back the watcher before.
   *
   * @param watcher is shown each step once, in the order of the computation
   * @return closes the watch
   */
  @MustBeClosed
  public static Watch watch(Consumer<Differentiable> watcher) {
    Watch watch = new Watch(WATCHER.get());
    WATCHER.set(watcher);
    return watch;
  }

  /** Told by variables what is recorded. */
  static void show(Variable v, Differentiable step) {
    WATCHER.get().accept(step);
    Computation innermost = INNERMOST.get();
    if (innermost != null) {
      innermost.add(v);
    }
  }

  /**
   * Computes something, freeing everything but its result and, while this records, what a backward pass
   * will read: neither inference nor training holds what nobody needs.
   *
   * @param computation creates its result last; nobody looks at the numbers of its other variables later
   * @return the result, owned by the scope that is innermost now
   */
  public static Variable tidy(Supplier<Variable> computation) {
    if (isRecording()) {
      return recorded(computation);
    }
    try (Scope scope = Scope.open("Tape.tidy")) {
      Variable result = computation.get();
      scope.keep(result.value());
      return result;
    }
  }

  private static Variable recorded(Supplier<Variable> computation) {
    Computation enclosing = INNERMOST.get(), own = new Computation();
    INNERMOST.set(own);
    try {
      Variable result = computation.get();
      own.freeAllBut(result);
      return result;
    } finally {
      if (enclosing == null) {
        INNERMOST.remove();
      } else {
        enclosing.addAll(own);
        INNERMOST.set(enclosing);
      }
    }
  }

  /** A time without recording. */
  public static final class Pause implements AutoCloseable {
    private boolean closed;

    private Pause() {}

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        PAUSES.set(PAUSES.get() - 1);
      }
    }
  }

  /** A time with recording. */
  public static final class Recording implements AutoCloseable {
    private final int before;

    private Recording(int before) {
      this.before = before;
    }

    @Override
    public void close() {
      PAUSES.set(before);
    }
  }

  /** A time with a watcher. */
  public static final class Watch implements AutoCloseable {
    private final Consumer<Differentiable> before;

    private Watch(Consumer<Differentiable> before) {
      this.before = before;
    }

    @Override
    public void close() {
      WATCHER.set(before);
    }
  }
}
