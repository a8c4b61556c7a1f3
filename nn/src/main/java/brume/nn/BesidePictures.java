package brume.nn;

import static brume.autograd.function.shape.Concatenate.concatenate;

import brume.autograd.Variable;
import brume.tensor.Shape;
import brume.tensor.ShapeException;
import java.util.List;
import java.util.Optional;

/**
 * A network that sees pictures beside noisy data, as further channels behind those of the data. So it sees
 * smaller pictures of the same that it learns to enlarge.
 *
 * @param original sees (N, H, W, C + K), and answers (N, H, W, any)
 * @param channels K, of the pictures
 * @see <a href="https://arxiv.org/abs/2104.07636">Saharia et al., Image Super-Resolution via Iterative
 *     Refinement (2021), section 2.4</a>
 */
public record BesidePictures(Network original, int channels) implements Network {

  /**
   * Asks the network. A former estimate has the pictures beside it, too.
   *
   * @throws ShapeException if the pictures do not lie on the data
   * @throws IllegalArgumentException if none are told
   */
  @Override
  public Variable predict(Query query) {
    Variable pictures = query
        .condition()
        .pictures()
        .orElseThrow(() -> new IllegalArgumentException(
            "network: expected pictures beside the data, with which it was trained, got none"));
    requireFitting(pictures.shape(), query.xt().shape());
    Query plain = query.withCondition(query.condition().withoutPictures());
    return original.predict(plain.map(x -> concatenate(x, pictures)));
  }

  private void requireFitting(Shape pictures, Shape data) {
    boolean fit = pictures.rank() == 4 && data.rank() == 4 && pictures.dim(3) == channels;
    for (int axis = 0; fit && axis < 3; axis++) {
      fit = pictures.dim(axis) == data.dim(axis);
    }
    ShapeException.unless(
        fit,
        "network: expected pictures of %d channels beside data of %s, got pictures %s",
        channels,
        data,
        pictures);
  }

  @Override
  public boolean isSelfConditioned() {
    return original.isSelfConditioned();
  }

  @Override
  public Optional<Upkeep> upkeep() {
    return original.upkeep();
  }

  @Override
  public List<NamedParameter> parameters() {
    return original.parameters();
  }
}
