package brume.bench;

import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.ConvGeometry;
import brume.tensor.random.RandomKey;
import java.util.Locale;

/**
 * Rounding errors of a backend's convolutions against the reference in double precision, on standard
 * normal numbers: the largest error relative to the largest value. Shapes with one channel less are
 * those that the CPU multiplies directly.
 */
public final class ConvolutionErrors {

  private static final int[][] SHAPES = {
    {28, 32, 32},
    {28, 31, 31},
    {28, 64, 32},
    {28, 63, 31},
    {14, 64, 64},
    {14, 63, 63},
    {14, 128, 64},
    {14, 127, 63},
    {7, 128, 128},
    {7, 127, 127},
    {7, 256, 128},
    {7, 255, 127}
  };

  private ConvolutionErrors() {}

  /**
   * Prints a table.
   *
   * @param args name of the backend ("cpu") and images of a batch ("8")
   */
  public static void main(String[] args) {
    Backend device = Backends.named(args.length > 0 ? args[0] : "cpu");
    int batch = args.length > 1 ? Integer.parseInt(args[1]) : 8;
    System.out.println("| size, channels | forward | input gradient | filter gradient |");
    System.out.println("| --- | --- | --- | --- |");
    for (int[] shape : SHAPES) {
      int size = shape[0], cin = shape[1], cout = shape[2];
      ConvGeometry at = ConvGeometry.of(
          Shape.of(batch, size, size, cin),
          Shape.of(cout, 3, 3, cin),
          ConvGeometry.Window.padded(1));
      float[][] fast = results(device, at), exact = results(Backends.reference(), at);
      System.out.printf(
          Locale.ROOT,
          "| %d, %d to %d | %.1e | %.1e | %.1e |%n",
          size,
          cin,
          cout,
          error(exact[0], fast[0]),
          error(exact[1], fast[1]),
          error(exact[2], fast[2]));
    }
  }

  private static float[][] results(Backend device, ConvGeometry at) {
    RandomKey key = RandomKey.of(1);
    try (Scope scope = Scope.open()) {
      Tensor x = normal(device, at.x(), key.child("x")),
          w = normal(device, at.filters(), key.child("w"));
      Tensor dy = normal(device, at.y(), key.child("dy")), y = Tensor.empty(device, at.y());
      Tensor dx = Tensor.empty(device, at.x()), dw = Tensor.empty(device, at.filters());
      device.convolution().conv2d(at, x, w, y);
      device.convolution().conv2dInputGrad(at, w, dy, dx);
      device.convolution().conv2dFilterGrad(at, x, dy, dw);
      return new float[][] {y.toFloats(), dx.toFloats(), dw.toFloats()};
    }
  }

  private static Tensor normal(Backend device, Shape shape, RandomKey key) {
    float[] values = new float[shape.size()];
    key.fillNormal(0, values, 0, values.length);
    return Tensor.of(device, shape, values);
  }

  /** The reference is rounded to single precision here, which adds 6e-8 at most. */
  private static double error(float[] exact, float[] fast) {
    double largest = 0, worst = 0;
    for (int i = 0; i < exact.length; i++) {
      largest = Math.max(largest, Math.abs(exact[i]));
      worst = Math.max(worst, Math.abs((double) exact[i] - fast[i]));
    }
    return worst / largest;
  }
}
