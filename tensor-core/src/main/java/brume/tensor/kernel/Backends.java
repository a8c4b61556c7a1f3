package brume.tensor.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The backends of this process: found on the class path, opened on first use, shared afterwards. */
public final class Backends {

  private static final Pattern NAME = Pattern.compile("([^:]+)(?::(\\d{1,3}))?");
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
   * @param name as in {@code --device}: {@code cuda} or {@code cuda:0} is the first GPU, {@code cuda:1}
   *     the second
   * @return the backend
   * @throws IllegalArgumentException if there is none of that name
   * @throws IllegalStateException if it cannot be opened here, with the reason and what to do
   */
  public static Backend named(String name) {
    return OPEN.computeIfAbsent(name.replaceFirst(":0$", ""), Backends::open);
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
    Matcher parts = NAME.matcher(name);
    List<BackendProvider> providers = providers();
    BackendProvider provider = providers.stream()
        .filter(candidate -> parts.matches() && candidate.name().equals(parts.group(1)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("device: expected one of %s, got %s"
            .formatted(
                providers.stream().map(BackendProvider::name).collect(Collectors.joining(", ")),
                name)));
    int ordinal = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    Optional<String> whyNot = provider.whyNot(ordinal);
    if (whyNot.isPresent()) {
      throw new IllegalStateException(name + " is not available: " + whyNot.get());
    }
    return provider.open(ordinal);
  }
}
