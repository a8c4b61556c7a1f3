package brume.diffusion.optimize;

import brume.nn.NamedParameter;
import brume.nn.optim.Optimizer;
import java.util.List;

/** Settings of an optimizer: a kind of {@link Optimizers}. */
public interface OptimizerSettings {

  /**
   * The optimizer of a network.
   *
   * @param parameters to be moved
   * @return with no step taken, owned by the innermost scope
   */
  Optimizer create(List<NamedParameter> parameters);
}
