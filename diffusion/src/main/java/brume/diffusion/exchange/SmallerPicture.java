package brume.diffusion.exchange;

import brume.diffusion.process.ForwardProcess;
import brume.tensor.Text;

/**
 * How a network that enlarges is shown the smaller picture: with noise, and told up to which time.
 *
 * @param noising adds the noise
 * @param most largest time
 */
public record SmallerPicture(ForwardProcess noising, int most) {

  /** Refuses times that the process does not have. {@inheritDoc} */
  public SmallerPicture {
    if (most < 0 || most >= noising.steps()) {
      throw new IllegalArgumentException(Text.of(
          "smaller picture: expected a largest time from 0 to %d, got %d",
          noising.steps() - 1, most));
    }
  }
}
