package brume.nn;

import brume.tensor.random.RandomKey;
import java.util.Optional;

/**
 * One use of a network, for training or not: what decides whether dropout drops, and what. There is
 * no mode hidden in the layers.
 */
public final class Pass {

  private static final Pass INFERENCE = new Pass(Optional.empty());

  private final Optional<RandomKey> key;

  private Pass(Optional<RandomKey> key) {
    this.key = key;
  }

  /**
   * A pass in which nothing is random.
   *
   * @return the pass of samplers and evaluations
   */
  public static Pass inference() {
    return INFERENCE;
  }

  /**
   * A pass of training.
   *
   * @param key what this step's randomness is drawn from; another one for every step
   * @return the pass
   */
  public static Pass training(RandomKey key) {
    return new Pass(Optional.of(key));
  }

  /**
   * The randomness of one layer in this pass.
   *
   * @param path of the layer
   * @return its own key; empty outside of training
   */
  public Optional<RandomKey> key(String path) {
    return key.map(root -> root.child(path));
  }
}
