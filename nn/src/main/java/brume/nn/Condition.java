package brume.nn;

import brume.autograd.Variable;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is known of data besides their noisy form. Whatever it is, it comes here, so that only those
 * who give it and those who look at it know about it: wrappers hand conditions on unread.
 */
public final class Condition {

  private static final Condition NONE = new Condition(Optional.empty());

  private final Optional<Variable> former;

  private Condition(Optional<Variable> former) {
    this.former = former;
  }

  /**
   * Nothing is known.
   *
   * @return the empty condition
   */
  public static Condition none() {
    return NONE;
  }

  /**
   * This condition and an earlier estimate of the data.
   *
   * @param x0 (N, ..., C) estimate
   * @return for self-conditioned denoisers
   */
  public Condition withFormer(Variable x0) {
    return new Condition(Optional.of(x0));
  }

  /**
   * An earlier estimate of the data.
   *
   * @return (N, ..., C), empty if there is none yet
   */
  public Optional<Variable> former() {
    return former;
  }

  /**
   * This condition in other coordinates, for networks that see pixels in another order.
   *
   * @param change what happens to the data, (N, H, W, C)
   * @return the condition in which the same happened to everything that has the form of the data
   */
  public Condition map(UnaryOperator<Variable> change) {
    return former.isEmpty() ? this : new Condition(former.map(change));
  }

  /**
   * Refuses anything known, for a network that does not look at it.
   *
   * @param network what to call it
   * @throws IllegalArgumentException if something is known
   */
  public void requireNone(String network) {
    if (former.isPresent()) {
      throw new IllegalArgumentException(
          network + ": expected no former estimate, got one; it is not self-conditioned");
    }
  }
}
