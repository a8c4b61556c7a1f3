package brume.nn;

import static brume.autograd.Recompute.recompute;

import brume.autograd.Variable;
import brume.tensor.random.RandomKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One use of a network, for training or not: what decides whether dropout drops, and what. There is
 * no mode hidden in the layers.
 */
public final class Pass {

  private static final Pass INFERENCE = new Pass(Optional.empty(), false);

  private final Optional<RandomKey> key;
  private final boolean recomputing;

  private Pass(Optional<RandomKey> key, boolean recomputing) {
    this.key = key;
    this.recomputing = recomputing;
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
    return new Pass(Optional.of(key), false);
  }

  /**
   * Whether the parameters are about to be changed.
   *
   * @return true for a pass of {@link #training}
   */
  public boolean isTraining() {
    return key.isPresent();
  }

  /**
   * The same pass, in which each {@link #part} is computed again for its gradients instead of being
   * remembered: a third more arithmetic for a fraction of the memory, and the same results but for
   * the last bit.
   *
   * @return a frugal pass
   */
  public Pass recomputing() {
    return new Pass(key, true);
  }

  boolean isRecomputing() {
    return recomputing;
  }

  /** What all randomness of the pass is drawn from. */
  Optional<RandomKey> root() {
    return key;
  }

  /**
   * Runs a part of a network that may be computed again for its gradients.
   *
   * @param layer whose parameters the part uses
   * @param inputs what else it works on
   * @param part computes the result from variables that stand for the inputs
   * @return the result
   */
  public Variable part(
      Layer layer, List<Variable> inputs, Function<List<Variable>, Variable> part) {
    if (!recomputing) {
      return part.apply(inputs);
    }
    List<Variable> parameters =
        layer.parameters().stream().map(NamedParameter::variable).toList();
    return recompute(inputs, parameters, part);
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
