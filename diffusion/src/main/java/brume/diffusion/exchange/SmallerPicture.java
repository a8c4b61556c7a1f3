package brume.diffusion.exchange;

import brume.diffusion.process.ForwardProcess;
import brume.tensor.Text;

/**
 * How a network that enlarges is shown the smaller picture: with noise, and told up to which time.
 *
 * @param noising adds the noise
 * @param most largest time
 * @param usual time unless told otherwise
 * @param isEnlarged whether it is brought to the size of what is drawn before, and its time told as a number, as by IF;
 *     otherwise it is as large as latents are, and its time told as a class
 */
public record SmallerPicture(ForwardProcess noising, int most, int usual, boolean isEnlarged) {

  /** Refuses times that the process does not have. {@inheritDoc} */
  public SmallerPicture {
    if (most < 0 || most >= noising.steps()) {
      throw new IllegalArgumentException(Text.of(
          "smaller picture: expected a largest time from 0 to %d, got %d",
          noising.steps() - 1, most));
    }
    if (usual < 0 || usual > most) {
      throw new IllegalArgumentException(
          Text.of("smaller picture: expected a usual time from 0 to %d, got %d", most, usual));
    }
  }
}
