package brume.nn.layer;

import static brume.autograd.function.pointwise.Dropout.dropout;
import static brume.nn.ConfigException.unless;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.Pass;

/** In training, sets elements to zero at random and scales the others up. Has no parameters. */
public final class Dropout {

  private final String path;
  private final double rate;

  /**
   * Creates the layer.
   *
   * @param at its place, which names its randomness
   * @param rate probability of dropping an element, in [0, 1)
   */
  public Dropout(Parameters at, double rate) {
    unless(rate >= 0 && rate < 1, "dropout: expected a rate in [0, 1), got %s", rate);
    this.path = at.path();
    this.rate = rate;
  }

  /**
   * Applies the layer.
   *
   * @param x of any shape
   * @param pass training or not
   * @return of the same shape; x itself outside of training
   */
  public Variable forward(Variable x, Pass pass) {
    return rate == 0 ? x : pass.key(path).map(key -> dropout(x, key, rate)).orElse(x);
  }
}
