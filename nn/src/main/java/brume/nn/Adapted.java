package brume.nn;

import brume.autograd.Variable;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that stays as it is, with adapters in it that learn, and maybe some in the encoders of its texts.
 *
 * @param network built {@linkplain Adapters#beside beside} them
 * @param adapters its parameters
 * @param textAdapters of each encoder of its texts; none where these stay as they are
 */
public record Adapted(Network network, Adapters adapters, List<Adapters> textAdapters)
    implements Network {

  private static final String ENCODER = "text_encoder"; // as folders call the first one

  /** Copies the list. {@inheritDoc} */
  public Adapted {
    textAdapters = List.copyOf(textAdapters);
  }

  /**
   * What stands before the names of the adapters of an encoder among parameters.
   *
   * @param number of the encoder, from 0
   * @return {@code text_encoder}, {@code text_encoder_2} and so on
   */
  public static String encoder(int number) {
    return number == 0 ? ENCODER : ENCODER + "_" + (number + 1);
  }

  @Override
  public Variable predict(Query query) {
    return network.predict(query);
  }

  @Override
  public boolean isSelfConditioned() {
    return network.isSelfConditioned();
  }

  /** {@inheritDoc} Of encoders only once these were given their adapters. */
  @Override
  public List<NamedParameter> parameters() {
    List<NamedParameter> all = new ArrayList<>(adapters.parameters());
    for (int i = 0; i < textAdapters.size(); i++) {
      for (NamedParameter parameter : textAdapters.get(i).parameters()) {
        all.add(parameter.under(encoder(i)));
      }
    }
    return all;
  }
}
