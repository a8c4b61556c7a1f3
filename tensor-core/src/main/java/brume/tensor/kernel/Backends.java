package brume.tensor.kernel;

import brume.tensor.Text;
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
  private static final Map<String, Opened> OPEN = new ConcurrentHashMap<>();

  private Backends() {}

  private record Opened(Backend backend, BackendOptions options) {}

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
    return opened(name, BackendOptions.none()).backend;
  }

  /**
   * The same, opened with options of one's own. They must come before anyone opens it otherwise.
   *
   * @param name as above
   * @param options what is chosen; nothing leaves it as it was opened
   * @return the backend
   * @throws IllegalArgumentException if there is none of that name, or it has no such options
   * @throws IllegalStateException if it cannot be opened here, or is open with other options
   */
  public static Backend named(String name, BackendOptions options) {
    Opened opened = opened(name, options);
    if (!options.chosen().isEmpty() && !options.equals(opened.options)) {
      throw new IllegalStateException(Text.of(
          "%s: expected the options it was opened with (%s), got %s; a process opens a device once",
          name, opened.options, options));
    }
    return opened.backend;
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

  private static Opened opened(String name, BackendOptions options) {
    Matcher parts = NAME.matcher(name);
    BackendProvider provider = provider(parts.matches() ? parts.group(1) : "", name);
    List<String> known = provider.options().stream().map(BackendOption::name).toList();
    if (!known.containsAll(options.chosen().keySet())) {
      throw new IllegalArgumentException(Text.of(
          "%s: expected %s, got %s",
          name,
          known.isEmpty() ? "no options" : "options among " + String.join(", ", known),
          options));
    }
    int ordinal = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
    return OPEN.computeIfAbsent(
        provider.name() + ":" + ordinal,
        device -> new Opened(open(name, provider, ordinal, options), options));
  }

  private static BackendProvider provider(String name, String asked) {
    List<BackendProvider> providers = providers();
    return providers.stream()
        .filter(candidate -> candidate.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(Text.of(
            "device: expected one of %s, got %s",
            providers.stream().map(BackendProvider::name).collect(Collectors.joining(", ")),
            asked)));
  }

  private static Backend open(
      String name, BackendProvider provider, int ordinal, BackendOptions options) {
    Optional<String> whyNot = provider.whyNot(ordinal);
    if (whyNot.isPresent()) {
      throw new IllegalStateException(name + " is not available: " + whyNot.get());
    }
    return provider.open(ordinal, options);
  }
}
