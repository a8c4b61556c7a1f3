package brume.nn.unet;

import brume.nn.layer.Domain;
import brume.tensor.Shape;
import brume.tensor.ShapeException;

/**
 * What a U-Net can take: a domain, channels, and sizes that can be halved at every level.
 *
 * @param domain image or signal
 * @param channels of x
 * @param factor what height and width of an image, or the length of a signal, must be a multiple of
 */
public record Fitting(Domain domain, int channels, int factor) {

  /**
   * Refuses what the network cannot take.
   *
   * @param x shape of the input
   * @throws ShapeException if it does not fit
   */
  public void require(Shape x) {
    boolean image = domain == Domain.IMAGE;
    ShapeException.unless(
        x.rank() == (image ? 4 : 3) && x.dim(-1) == channels,
        "unet: expected x of shape %s with C = %d, got %s",
        image ? "(N, H, W, C)" : "(N, L, C)",
        channels,
        x);
    ShapeException.unless(
        x.dim(1) % factor == 0 && (!image || x.dim(2) % factor == 0),
        "unet: expected %s divisible by %d to be halved at every level, got x %s",
        image ? "height and width" : "a length",
        factor,
        x);
  }
}
