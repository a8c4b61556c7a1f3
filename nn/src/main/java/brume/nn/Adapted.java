package brume.nn;

import brume.autograd.Variable;
import java.util.List;

/**
 * A network that stays as it is, with adapters in it that learn.
 *
 * @param network built {@linkplain Adapters#beside beside} them
 * @param adapters its parameters
 */
public record Adapted(Network network, Adapters adapters) implements Network {

  @Override
  public Variable predict(Query query) {
    return network.predict(query);
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
  }

  @Override
  public List<NamedParameter> parameters() {
    return adapters.parameters();
  }
}
