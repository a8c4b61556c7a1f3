package brume.diffusion.run;

import brume.nn.NamedParameter;
import java.io.IOException;
import java.util.List;

/** Where the parameters of a run come from that does not begin with random ones. */
@FunctionalInterface
public interface FirstWeights {

  /**
   * Overwrites some or all parameters.
   *
   * @param parameters of a network, drawn at random
   * @throws IOException if a file cannot be read
   */
  void into(List<NamedParameter> parameters) throws IOException;
}
