package brume.nn.unet.diffusers;

import static brume.autograd.function.resample.Resize.resizeNearest;
import static brume.autograd.function.resample.UpsampleNearest.upsampleNearest;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.layer.Conv2d;
import brume.nn.unet.Hourglass;
import brume.nn.unet.Told;
import brume.tensor.Shape;

/** Repeats every pixel twice along both axes, or as often as the next resolution wants, then convolves. */
public final class Doubling implements Hourglass.Step {

  private final Conv2d conv;

  /**
   * Creates the layer.
   *
   * @param at its place
   * @param width channels
   */
  public Doubling(Parameters at, int width) {
    this.conv = new Conv2d(at.child("conv"), ResnetBlock.conv(width, width, 3));
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, C)
   * @return (N, 2H, 2W, C)
   */
  public Variable forward(Variable x) {
    return conv.forward(upsampleNearest(x, 2));
  }

  @Override
  public Variable forward(Variable x, Told told) {
    return forward(x);
  }

  /** A side that could not be halved evenly comes back to what it was, by the nearest pixels. */
  @Override
  public Variable toward(Variable x, Shape next, Told told) {
    Shape now = x.shape();
    return 2 * now.dim(1) == next.dim(1) && 2 * now.dim(2) == next.dim(2)
        ? forward(x)
        : conv.forward(resizeNearest(x, next.dim(1), next.dim(2)));
  }
}
