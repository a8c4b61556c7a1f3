package brume.nn.layer;

import static brume.autograd.function.resample.PixelUnshuffle.pixelUnshuffle;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import java.util.List;

/**
 * Halves the resolution: of an image by moving every 2×2 block of pixels into the channels and
 * mixing these, of a signal by a convolution of size 4 and stride 2.
 */
public final class Downsample implements Layer {

  private final Parameters at;
  private final Domain domain;
  private final Conv2d conv;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param domain image or signal
   * @param cin channels of x
   * @param cout channels of y
   */
  public Downsample(Parameters at, Domain domain, int cin, int cout) {
    this.at = at;
    this.domain = domain;
    this.conv = domain == Domain.IMAGE
        ? new Conv2d(at.child("1"), ConvConfig.of(domain, 4 * cin, cout, 1))
        : new Conv2d(at, ConvConfig.of(domain, cin, cout, 4).withStride(2, 1));
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, Cin) with even H and W; for signals H = 1 and W even
   * @return (N, H/2, W/2, Cout); for signals (N, 1, W/2, Cout)
   */
  public Variable forward(Variable x) {
    if (domain != Domain.IMAGE) {
      return conv.forward(x);
    }
    Variable small = pixelUnshuffle(x, 2);
    Variable y = conv.forward(small);
    small.spare();
    return y;
  }

  @Override
  public List<NamedParameter> parameters() {
    return at.all();
  }
}
