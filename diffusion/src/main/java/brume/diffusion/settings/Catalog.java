package brume.diffusion.settings;

import brume.tensor.Text;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * The kinds of one choice, by name. A user's own kind is one call of {@link #add} away from being read
 * from files and options, trained, resumed and sampled like those that come with Brume.
 *
 * @param <S> what settings of every kind can do
 */
public final class Catalog<S> {

  private final String noun;
  private final String plural;
  private final Class<S> seam;
  private final List<Kind<? extends S>> kinds = new CopyOnWriteArrayList<>();
  private Optional<NumberAlone> number = Optional.empty();

  /** What a number alone stands for: a setting of a kind. */
  private record NumberAlone(String kind, String setting) {}

  private Catalog(String noun, String plural, Class<S> seam) {
    this.noun = noun;
    this.plural = plural;
    this.seam = seam;
  }

  /**
   * An empty catalog.
   *
   * @param <S> what settings of every kind can do
   * @param noun what one kind is, such as {@code network}
   * @param plural what several are, as in {@code brume list networks}
   * @param seam the interface of the settings
   * @return the catalog
   */
  public static <S> Catalog<S> of(String noun, String plural, Class<S> seam) {
    return new Catalog<>(noun, plural, seam);
  }

  /**
   * Adds a kind.
   *
   * @param name what it is called
   * @param defaults its settings, a record of a class of its own
   * @param about one sentence
   * @param source paper or program it follows
   * @return this
   * @throws IllegalArgumentException if the name or the class is taken
   */
  public Catalog<S> add(String name, S defaults, String about, String source) {
    Kind<S> kind = new Kind<>(name, defaults, about, source);
    for (Kind<? extends S> other : kinds) {
      if (other.name().equals(name)
          || other.record().getClass().equals(kind.record().getClass())) {
        throw new IllegalArgumentException(Text.of(
            "%s %s: expected a name and a class of its own, %s has one of them",
            noun, name, other.name()));
      }
    }
    kinds.add(kind);
    return this;
  }

  /**
   * Lets a number alone stand for a kind and one of its settings, as in {@code --guidance 3}.
   *
   * @param kind of that name
   * @param setting of the kind, a number
   * @return this
   */
  public Catalog<S> withNumber(String kind, String setting) {
    this.number = Optional.of(new NumberAlone(named(kind).name(), setting));
    return this;
  }

  /** The kind and its setting that a word stands for if it is a number, as JSON. */
  Optional<ObjectNode> ofNumber(String word) {
    if (number.isEmpty() || !word.strip().matches("[-+]?\\d*\\.?\\d+([eE][-+]?\\d+)?")) {
      return Optional.empty();
    }
    return Optional.of(JsonNodeFactory.instance
        .objectNode()
        .put("kind", number.get().kind())
        .put(number.get().setting(), Double.parseDouble(word.strip())));
  }

  /**
   * What one kind is.
   *
   * @return a noun, such as {@code network}
   */
  public String noun() {
    return noun;
  }

  /**
   * What several kinds are.
   *
   * @return a plural, such as {@code networks}
   */
  public String plural() {
    return plural;
  }

  /**
   * The interface of the settings.
   *
   * @return a class
   */
  public Class<S> seam() {
    return seam;
  }

  /**
   * All kinds.
   *
   * @return in the order they were added
   */
  public List<Kind<? extends S>> kinds() {
    return new ArrayList<>(kinds);
  }

  /**
   * Names of all kinds.
   *
   * @return in the order they were added
   */
  public List<String> names() {
    return kinds.stream().map(Kind::name).collect(Collectors.toList());
  }

  /**
   * Finds a kind.
   *
   * @param name what it is called
   * @return the kind
   * @throws SettingException if there is none of that name
   */
  public Kind<? extends S> named(String name) {
    for (Kind<? extends S> kind : kinds) {
      if (kind.name().equalsIgnoreCase(name.replace('_', '-'))) {
        return kind;
      }
    }
    throw new SettingException(Text.of(
        "expected one of %s, got %s%s", String.join(", ", names()), name, Guess.of(name, names())));
  }

  /**
   * The kind whose settings these are.
   *
   * @param settings of some kind
   * @return the kind
   * @throws IllegalArgumentException if their class was not added
   */
  public Kind<? extends S> of(Object settings) {
    for (Kind<? extends S> kind : kinds) {
      if (kind.record().getClass().equals(settings.getClass())) {
        return kind;
      }
    }
    throw new IllegalArgumentException(Text.of(
        "%s: expected settings of a kind of the catalog, got %s; add it with Catalog.add",
        noun, settings.getClass().getName()));
  }
}
