package brume.nn;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A denoiser with parameters: what can be trained, saved and loaded. */
public interface Network extends Denoiser, Layer {

  /**
   * Channels of the vector that tells its blocks time and class, to which {@link Condition#withAdded}
   * may add.
   *
   * @return empty for a network without such a vector
   */
  default OptionalInt knownChannels() {
    return OptionalInt.empty();
  }

  /**
   * The word that it learns while it stays as it is, for the encoders of its texts.
   *
   * @return empty for a network that learns itself
   */
  default Optional<NewWord> newWord() {
    return Optional.empty();
  }

  /**
   * Adapters that it learns beside the layers of the encoders of its texts, for each encoder its own. They have no
   * parameters before the encoders are given them.
   *
   * @return none for a network that leaves its encoders as they are
   */
  default List<Adapters> textAdapters() {
    return List.of();
  }

  /**
   * What it does to its parameters by itself in training, beside answering.
   *
   * @return empty for a network that leaves them as they are
   */
  default Optional<Upkeep> upkeep() {
    return Optional.empty();
  }
}
