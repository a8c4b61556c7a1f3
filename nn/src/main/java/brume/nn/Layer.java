package brume.nn;

import java.util.List;

/** Anything with named parameters. How it computes is a matter of its own. */
public interface Layer {

  /**
   * Everything that belongs into a file of weights: what an optimizer changes and what stays as it
   * was drawn, which its variable tells by {@link brume.autograd.Variable#requiresGradient}.
   *
   * @return in the order of construction, named relative to this layer
   */
  List<NamedParameter> parameters();
}
