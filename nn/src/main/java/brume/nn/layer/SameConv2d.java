package brume.nn.layer;

import brume.autograd.Variable;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.Parameters;
import brume.tensor.kernel.ConvGeometry.Window;
import java.util.List;

/**
 * A convolution with as many results as the stride goes into the size, rounded up, whatever the size of
 * the filters. The padding this takes depends on the size of x; an odd number of zeros has one more
 * after the image than before it.
 */
public final class SameConv2d implements Layer {

  private final Conv2d conv;
  private final int size;
  private final Window window;

  /**
   * Creates filters.
   *
   * @param at its place
   * @param config sizes and stride; its padding is not used
   */
  public SameConv2d(Parameters at, ConvConfig config) {
    this.conv = new Conv2d(at, config);
    this.size = config.size();
    this.window = config.window();
  }

  /**
   * Applies the layer.
   *
   * @param x (N, H, W, Cin)
   * @return (N, ⌈H/stride⌉, ⌈W/stride⌉, Cout)
   */
  public Variable forward(Variable x) {
    int rows = padding(x.shape().dim(1), window.strideH());
    int columns = padding(x.shape().dim(2), window.strideW());
    return conv.forward(
        x,
        new Window(
            window.strideH(),
            window.strideW(),
            rows / 2,
            columns / 2,
            rows - rows / 2,
            columns - columns / 2,
            1,
            1,
            1));
  }

  /** Zeros on both sides together. */
  private int padding(int length, int stride) {
    int results = (length + stride - 1) / stride;
    return Math.max(0, (results - 1) * stride + size - length);
  }

  @Override
  public List<NamedParameter> parameters() {
    return conv.parameters();
  }
}
