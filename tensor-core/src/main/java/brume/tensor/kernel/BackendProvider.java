package brume.tensor.kernel;

import java.util.List;
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
   * What users may choose.
   *
   * @return the options; none unless a backend says otherwise
   */
  default List<BackendOption> options() {
    return List.of();
  }

  /**
   * Why one of several devices cannot be opened here.
   *
   * @param ordinal number of the device, from 0; the first is that of {@link #whyNot()}
   * @return empty if it can; otherwise one sentence with what is missing and what to do
   */
  default Optional<String> whyNot(int ordinal) {
    return ordinal == 0
        ? whyNot()
        : Optional.of("there is only one such device; leave out the number");
  }

  /**
   * Opens a device, whose backend no one shares; {@link Backends} keeps the one that all share. Called
   * only if {@link #whyNot(int)} is empty.
   *
   * @param ordinal number of the device, from 0
   * @param options what was chosen of {@link #options()}
   * @return the backend
   * @throws IllegalArgumentException if an option cannot have the value that was chosen
   */
  Backend open(int ordinal, BackendOptions options);

  /**
   * What the backend needs besides Java, for {@code brume doctor}.
   *
   * @return a line for each part: what was found, or what is missing and what that costs
   */
  default List<String> findings() {
    return List.of();
  }
}
