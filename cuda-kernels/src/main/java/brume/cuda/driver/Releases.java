package brume.cuda.driver;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * What has been taken and must be given back: the last first, and all of it even if the device refuses
 * some. A constructor that takes several things notes each; if a later one fails, the earlier ones are
 * not lost. Mutable.
 */
public final class Releases implements AutoCloseable {

  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Nothing yet. */
  public Releases() {}

  /**
   * Notes something that was taken.
   *
   * @param release gives it back
   */
  public void add(Runnable release) {
    releases.push(release);
  }

  /**
   * Takes several things, one after the other. If one of them fails, those before it are given back.
   *
   * @param <T> what is made of them
   * @param taking takes them, and notes each with {@link #add}
   * @return what it returned
   */
  public <T> T whole(Supplier<T> taking) {
    try {
      return taking.get();
    } catch (RuntimeException | Error failed) {
      try {
        close();
      } catch (RuntimeException again) {
        failed.addSuppressed(again);
      }
      throw failed;
    }
  }

  /** Gives everything back. The first refusal is thrown at the end, the others are noted in it. */
  @Override
  public void close() {
    RuntimeException first = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException refused) {
        if (first == null) {
          first = refused;
        } else {
          first.addSuppressed(refused);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
