package brume.tensor.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The backends of this process: found on the class path, opened on first use, shared afterwards. */
public final class Backends {

  private static final Map<String, Backend> OPEN = new ConcurrentHashMap<>();

  private Backends() {}

  /**
   * The fast backend: Vector API and all cores.
   *
   * @return the backend
   * @throws IllegalStateException if the JVM lacks the Vector API, with the flag that adds it
   */
  public static Backend cpu() {
    return named("cpu");
  }

  /**
   * The definition of every kernel: plain loops in double precision.
   *
   * @return the backend
   */
  public static Backend reference() {
    return named("reference");
  }

  /**
   * The backend with a name.
   *
   * @param name as in {@code --device}
   * @return the backend
   * @throws IllegalArgumentException if there is none of that name
   * @throws IllegalStateException if it cannot be opened here, with the reason and what to do
   */
  public static Backend named(String name) {
    return OPEN.computeIfAbsent(name, Backends::open);
  }

  /**
   * All plug-ins on the class path.
   *
   * @return sorted by name
   */
  public static List<BackendProvider> providers() {
    return StreamSupport.stream(ServiceLoader.load(BackendProvider.class).spliterator(), false)
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
  }

  private static Backend open(String name) {
    List<BackendProvider> providers = providers();
    BackendProvider provider = providers.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("device: expected one of %s, got %s"
            .formatted(
                providers.stream().map(BackendProvider::name).collect(Collectors.joining(", ")),
                name)));
    Optional<String> whyNot = provider.whyNot();
    if (whyNot.isPresent()) {
      throw new IllegalStateException(name + " is not available: " + whyNot.get());
    }
    return provider.open();
  }
}
