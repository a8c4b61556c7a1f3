package brume.nn.vit;

import static brume.autograd.function.pointwise.Pointwise.silu;
import static brume.autograd.function.resample.PixelShuffle.pixelShuffle;

import brume.autograd.Variable;
import brume.nn.Parameters;
import brume.nn.init.Initialization;
import brume.nn.init.Initializer;
import brume.nn.layer.Conv2d;
import brume.nn.layer.ConvConfig;
import brume.nn.layer.Domain;

/** Makes a square of pixels of each one, by a 1×1 convolution. At first all pixels of a square are alike. */
final class Enlarging {

  private final int factor;
  private final Conv2d conv;

  Enlarging(Parameters at, int cin, int cout, int factor) {
    this.factor = factor;
    this.conv = new Conv2d(
        at.child("net.0"),
        ConvConfig.of(Domain.IMAGE, cin, cout * factor * factor, 1)
            .withInitialization(alike(factor * factor)));
  }

  /** (N, H, W, Cin) to (N, factor·H, factor·W, Cout). */
  Variable forward(Variable x) {
    return pixelShuffle(silu(conv.forward(x)), factor);
  }

  /** Filters of one pixel, each as often as a square has pixels; no bias. */
  private static Initialization alike(int pixels) {
    return new Initialization() {
      @Override
      public Initializer weight(int fanIn, int fanOut) {
        Initializer each = Initializer.uniform(Math.sqrt(6.0 / fanIn));
        return (key, count) -> {
          float[] drawn = each.draw(key, count / pixels), repeated = new float[count];
          for (int row = 0; row < count / fanIn; row++) {
            System.arraycopy(drawn, row / pixels * fanIn, repeated, row * fanIn, fanIn);
          }
          return repeated;
        };
      }

      @Override
      public Initializer bias(int fanIn) {
        return Initializer.constant(0);
      }
    };
  }
}
