package brume.tests.golden;

import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.SamplingListener;
import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A trajectory as cases store it, and the noise that cases store for one. */
final class Recording implements SamplingListener {

  private final List<double[]> x = new ArrayList<>(), x0 = new ArrayList<>();

  Recording(Tensor start) {
    x.add(ChannelsLast.unload(start));
  }

  @Override
  public void step(int done, int of, Tensor state, Tensor estimate) {
    x.add(ChannelsLast.unload(state));
    x0.add(ChannelsLast.unload(estimate));
  }

  /** All states, the first one included. */
  double[] x() {
    return joined(x);
  }

  /** The estimates all steps were made with. */
  double[] x0() {
    return joined(x0);
  }

  static double[] joined(List<double[]> parts) {
    return parts.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  /** The start and the steps' noise of a case. */
  static NoiseSource noise(GoldenCase asked) {
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return ChannelsLast.load(asked, "input.x_T", device);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return ProcessInputs.entry(asked, "noise", step, device);
      }
    };
  }
}
