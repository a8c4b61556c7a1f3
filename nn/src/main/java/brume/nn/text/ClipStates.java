package brume.nn.text;

import brume.autograd.Variable;
import brume.nn.layer.LayerNorm;
import brume.nn.layer.Linear;
import java.util.List;
import java.util.Optional;

/** What the layers of a {@link ClipText} made of texts. */
public final class ClipStates {

  private final List<Variable> states;
  private final int[] ends;
  private final LayerNorm norm;
  private final Optional<Linear> projection;

  ClipStates(List<Variable> states, int[] ends, LayerNorm norm, Optional<Linear> projection) {
    this.states = List.copyOf(states);
    this.ends = ends;
    this.norm = norm;
    this.projection = projection;
  }

  /**
   * How many layers there were.
   *
   * @return their number
   */
  public int layers() {
    return states.size() - 1;
  }

  /**
   * Tokens as they leave a layer, without the last normalization. Stable Diffusion XL takes those before
   * the last layer.
   *
   * @param before how many layers before the last one, 0 for the last, {@link #layers} for what goes into
   *     the first
   * @return (N, L, dim)
   * @throws IllegalArgumentException if there are fewer layers
   */
  public Variable hidden(int before) {
    if (before < 0 || before > layers()) {
      throw new IllegalArgumentException(
          "clip: expected to skip 0 to " + layers() + " layers, got " + before);
    }
    return states.get(layers() - before);
  }

  /**
   * Tokens with the last normalization, as Stable Diffusion 1 and 2 take them.
   *
   * @param skipped how many layers at the end are left out, which others call clip skip
   * @return (N, L, dim)
   * @throws IllegalArgumentException if there are fewer layers
   */
  public Variable normalized(int skipped) {
    return norm.forward(hidden(skipped));
  }

  /**
   * What is known of each whole text: the token that ends it.
   *
   * @return (N, dim)
   */
  public Variable pooled() {
    return ClipText.at(normalized(0), ends);
  }

  /**
   * What is compared with pictures.
   *
   * @return (N, channels of the projection), of any length
   * @throws IllegalStateException if the tower has no projection
   */
  public Variable projected() {
    return projection
        .orElseThrow(() -> new IllegalStateException(
            "clip: expected a text tower with a projection, got one without"))
        .forward(pooled());
  }
}
