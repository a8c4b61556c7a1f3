package brume.autograd;

import brume.tensor.Scope;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Supplier;

/** Whether this thread remembers what it computes. Recording is on unless paused. */
public final class Tape {

  private static final ThreadLocal<Integer> PAUSES = ThreadLocal.withInitial(() -> 0);

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
   * Computes something, freeing everything but its result, unless its parts are needed by a backward
   * pass: inference stays small and training stays simple.
   *
   * @param computation creates its result last
   * @return the result, owned by the scope that is innermost now
   */
  public static Variable tidy(Supplier<Variable> computation) {
    if (isRecording()) {
      return computation.get();
    }
    try (Scope scope = Scope.open()) {
      Variable result = computation.get();
      scope.keep(result.value());
      return result;
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
}
