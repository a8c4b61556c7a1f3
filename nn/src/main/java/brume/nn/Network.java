package brume.nn;

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
}
