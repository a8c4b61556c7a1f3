package brume.tensor;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who frees a tensor, and when.
 *
 * <ol>
 *   <li>A tensor belongs to the innermost open scope of its thread.
 *   <li>Closing a scope frees what it owns, newest first.
 *   <li>{@link #keep} hands a tensor to the enclosing scope; there is no other way out.
 *   <li>Creating a tensor with no scope open is an error.
 *   <li>Touching a freed tensor is an error that names its shape and where it was freed.
 * </ol>
 *
 * <p>One scope per training step frees its activations and its tape:
 *
 * <pre>
 *   try (Scope step = Scope.open()) {
 *     Gradients gradients = loss(batch).backward();
 *     optimizer.step(gradients);
 *   }
 * </pre>
 */
public final class Scope implements AutoCloseable {

  private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

  private final @Nullable Scope enclosing;
  private final @Nullable String closedIn;
  private final List<Tensor> owned = new ArrayList<>();
  private boolean closed;

  private Scope(@Nullable Scope enclosing, @Nullable String closedIn) {
    this.enclosing = enclosing;
    this.closedIn = closedIn;
  }

  /**
   * Opens a scope inside the innermost open one of this thread.
   *
   * @return the new innermost scope, to be closed by the same thread
   */
  @MustBeClosed
  public static Scope open() {
    return opened(null);
  }

  /**
   * Opens a scope that many steps of a network close in the same place. To find the place out, as others do
   * when they close, takes longer than some of their kernels.
   *
   * @param closedIn where it will be closed, for errors; as in {@code "Tape.tidy"}
   * @return the new innermost scope, to be closed by the same thread
   */
  @MustBeClosed
  public static Scope open(String closedIn) {
    return opened(closedIn);
  }

  private static Scope opened(@Nullable String closedIn) {
    Scope scope = new Scope(INNERMOST.get(), closedIn);
    INNERMOST.set(scope);
    return scope;
  }

  /**
   * A place for tensors that outlive the scopes of the moment, such as those that recorded work finds
   * again. It is no part of the scopes of a thread, and may be closed at any time.
   */
  public static final class Aside implements AutoCloseable {

    private final Scope scope = new Scope(null, null);

    /** Makes an empty place. */
    public Aside() {}

    /**
     * Does work whose tensors stay here.
     *
     * @param work makes them; scopes that it opens are closed by it
     * @param <T> what it returns
     * @return what it returned
     */
    public <T> T own(Supplier<T> work) {
      Scope before = INNERMOST.get();
      INNERMOST.set(scope);
      try {
        return work.get();
      } finally {
        INNERMOST.set(before);
      }
    }

    /**
     * Protects tensors that are here from the backward pass.
     *
     * @param tensors to stay until this is closed
     */
    public void retain(Collection<Tensor> tensors) {
      tensors.forEach(t -> t.owner().retain());
    }

    @Override
    public void close() {
      scope.freeAll("when what it was kept for was closed");
    }
  }

  /** Makes the innermost scope of this thread the owner of a new tensor. */
  static void own(Tensor t) {
    Scope scope = INNERMOST.get();
    if (scope == null) {
      t.free("never owned");
      throw new IllegalStateException(Text.of(
          "tensor %s: expected an open scope to own it, got none; use try (Scope scope = Scope.open())",
          t.shape()));
    }
    scope.owned.add(t);
  }

  /**
   * Hands a tensor to the enclosing scope, so that it outlives this one.
   *
   * @param t a tensor owned by this scope
   * @return the same tensor
   * @throws IllegalStateException if this is the outermost scope
   */
  public Tensor keep(Tensor t) {
    if (enclosing == null) {
      throw new IllegalStateException(Text.of(
          "keep: expected a scope inside another one, got the outermost; tensor %s has nowhere to go",
          t.shape()));
    }
    Tensor owner = t.owner();
    owner.retain();
    for (int i = owned.size() - 1; i >= 0; i--) {
      if (owned.get(i) == owner) {
        owned.remove(i);
        enclosing.owned.add(owner);
        break;
      }
    }
    return t;
  }

  /**
   * Number of tensors this scope would free now.
   *
   * @return those created in it, less those kept or freed early
   */
  public int size() {
    int alive = 0;
    for (Tensor t : owned) {
      alive += t.isFreed() ? 0 : 1;
    }
    return alive;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (INNERMOST.get() != this) {
      throw new IllegalStateException(
          "scope: expected to be closed by its own thread after the scopes opened inside it");
    }
    closed = true;
    freeAll("when its scope closed in " + (closedIn == null ? callerOfClose() : closedIn));
    if (enclosing == null) {
      INNERMOST.remove();
    } else {
      INNERMOST.set(enclosing);
    }
  }

  private void freeAll(String where) {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).free(where);
    }
    owned.clear();
  }

  private static String callerOfClose() {
    return StackWalker.getInstance().walk(frames -> frames
        .filter(frame -> !frame.getClassName().equals(Scope.class.getName()))
        .findFirst()
        .map(frame -> {
          String type = frame.getClassName();
          return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName();
        })
        .orElse("an unknown place"));
  }
}
