package brume.diffusion.network;

import brume.tensor.Shape;
import java.util.Optional;

/** Settings of the form in which a network sees data: a kind of {@link Latents}. */
public interface LatentSettings {

  /**
   * What becomes of a sample.
   *
   * @param sample (H, W, C) as the data have it
   * @return (h, w, c) as the process and the network see it
   * @throws IllegalArgumentException with the setting to change if that cannot be
   */
  Shape of(Shape sample);

  /**
   * The run that has learned to bring data into that form.
   *
   * @return its folder, within that of the run that learns from it or a whole path; empty for none
   */
  default Optional<String> from() {
    return Optional.empty();
  }

  /**
   * Whether pictures can be made of what is drawn.
   *
   * @return false of vectors, which another network is told
   */
  default boolean shows() {
    return true;
  }
}
