package brume.nn.layer;

import brume.nn.init.Initialization;
import brume.tensor.Shape;
import brume.tensor.kernel.ConvGeometry.Window;

/**
 * The settings of a convolution.
 *
 * @param domain image or signal
 * @param cin channels of x
 * @param cout channels of y
 * @param size positions a filter sees along every axis
 * @param window stride and padding
 * @param bias whether a number per channel is added
 * @param initialization how weights and biases begin
 */
public record ConvConfig(
    Domain domain,
    int cin,
    int cout,
    int size,
    Window window,
    boolean bias,
    Initialization initialization) {

  /**
   * A convolution that keeps the resolution, with bias, beginning as PyTorch's does.
   *
   * @param domain image or signal
   * @param cin channels of x
   * @param cout channels of y
   * @param size positions a filter sees along every axis, an odd number
   * @return the settings
   */
  public static ConvConfig of(Domain domain, int cin, int cout, int size) {
    return new ConvConfig(
        domain, cin, cout, size, domain.window(1, size / 2), true, Initialization.kaiming());
  }

  /**
   * The same without bias.
   *
   * @return the settings
   */
  public ConvConfig withoutBias() {
    return new ConvConfig(domain, cin, cout, size, window, false, initialization);
  }

  /**
   * The same with another step and padding along every axis.
   *
   * @param stride positions from one result to the next
   * @param padding zeros on every side
   * @return the settings
   */
  public ConvConfig withStride(int stride, int padding) {
    return withWindow(domain.window(stride, padding));
  }

  /**
   * The same with another window.
   *
   * @param other stride and padding
   * @return the settings
   */
  public ConvConfig withWindow(Window other) {
    return new ConvConfig(domain, cin, cout, size, other, bias, initialization);
  }

  /**
   * The same beginning by another rule.
   *
   * @param other the rule
   * @return the settings
   */
  public ConvConfig withInitialization(Initialization other) {
    return new ConvConfig(domain, cin, cout, size, window, bias, other);
  }

  /** Shape of the filters, (Cout, KH, KW, Cin). */
  Shape filters() {
    return domain.filters(cout, size, cin);
  }
}
