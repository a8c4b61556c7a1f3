package brume.tensor.kernel;

import java.util.Optional;

/** A plug-in that can open a backend, found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {

  /**
   * The name users choose it by.
   *
   * @return a short lower-case word such as {@code cpu}
   */
  String name();

  /**
   * Why the backend cannot be opened here.
   *
   * @return empty if it can; otherwise one sentence with what is missing and what to do
   */
  Optional<String> whyNot();

  /**
   * Opens the backend. Called at most once per process, and only if {@link #whyNot} is empty.
   *
   * @return the backend
   */
  Backend open();
}
