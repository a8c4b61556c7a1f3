package brume.nn;

import brume.autograd.Variable;
import java.util.List;
import java.util.Optional;

/**
 * A network that stays as it is, and a word that learns to make it draw something. It sees the word through the text
 * encoders that are given it.
 *
 * @param network built with constants for parameters
 * @param word its parameters
 */
public record Inverted(Network network, NewWord word) implements Network {

  @Override
  public Variable predict(Query query) {
    return network.predict(query);
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
  }

  @Override
  public Optional<NewWord> newWord() {
    return Optional.of(word);
  }

  @Override
  public List<NamedParameter> parameters() {
    return word.parameters();
  }
}
