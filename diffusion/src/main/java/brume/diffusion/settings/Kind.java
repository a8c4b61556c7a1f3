package brume.diffusion.settings;

import brume.tensor.Text;

/**
 * One kind of a choice, such as the network {@code ddpm}: a line of a {@link Catalog}.
 *
 * @param <S> what all kinds of the choice can do
 * @param name what it is called in files and options
 * @param defaults its settings, a record, as they are unless told otherwise
 * @param about one sentence
 * @param source paper or program it follows
 */
public record Kind<S>(String name, S defaults, String about, String source) {

  /** Refuses settings that are no record. {@inheritDoc} */
  public Kind {
    if (!(defaults instanceof Record)) {
      throw new IllegalArgumentException(
          Text.of("kind %s: expected settings that are a record, got %s", name, defaults));
    }
    if (!name.matches("[a-z0-9][a-z0-9-]*")) {
      throw new IllegalArgumentException(
          "kind: expected a name of small letters, digits and dashes, got " + name);
    }
  }

  /**
   * Its settings as a record.
   *
   * @return {@link #defaults}
   */
  public Record record() {
    return (Record) defaults;
  }
}
