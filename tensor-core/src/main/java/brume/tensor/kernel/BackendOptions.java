package brume.tensor.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was chosen for a backend that is to be opened. What was not chosen here may be chosen by the
 * system property of the {@linkplain BackendOption#property() option}, and else is up to the backend.
 *
 * @param chosen values by the names of options
 */
public record BackendOptions(Map<String, String> chosen) {

  /** {@inheritDoc} */
  public BackendOptions {
    chosen = Map.copyOf(chosen);
  }

  /**
   * Nothing was chosen.
   *
   * @return no values
   */
  public static BackendOptions none() {
    return new BackendOptions(Map.of());
  }

  /**
   * With one value more.
   *
   * @param name of an option
   * @param value replaces an earlier one
   * @return a copy
   */
  public BackendOptions with(String name, String value) {
    Map<String, String> more = new TreeMap<>(chosen);
    more.put(name, value);
    return new BackendOptions(more);
  }

  /**
   * Without what a backend does not know.
   *
   * @param known its options
   * @return a copy
   */
  public BackendOptions limitedTo(List<BackendOption> known) {
    Map<String, String> kept = new TreeMap<>(chosen);
    kept.keySet().retainAll(known.stream().map(BackendOption::name).toList());
    return new BackendOptions(kept);
  }

  /**
   * The value of an option.
   *
   * @param option which one
   * @return empty if nobody chose one
   * @throws IllegalArgumentException if the option cannot have the value that was chosen
   */
  public Optional<String> of(BackendOption option) {
    String value = chosen.get(option.name());
    if (value != null) {
      return Optional.of(option.check(option.name(), value));
    }
    return Optional.ofNullable(System.getProperty(option.property()))
        .map(property -> option.check(option.property(), property));
  }

  /** The choices, such as {@code cuda.level=driver, threads=2}. */
  @Override
  public String toString() {
    return chosen.isEmpty()
        ? "none"
        : new TreeMap<>(chosen)
            .entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(", "));
  }
}
