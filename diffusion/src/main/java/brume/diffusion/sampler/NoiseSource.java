package brume.diffusion.sampler;

import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;

/** Where a sampler takes its noise from. */
public interface NoiseSource {

  /**
   * Noise to start from.
   *
   * @param device where
   * @param shape (N, ..., C) of the samples
   * @return standard normal numbers, owned by the innermost scope
   */
  Tensor start(Device device, Shape shape);

  /**
   * Noise of one step.
   *
   * @param step its number, counted from the first one
   * @param device where
   * @param shape (N, ..., C) of the samples
   * @return standard normal numbers, owned by the innermost scope
   */
  Tensor step(int step, Device device, Shape shape);

  /**
   * Noise of what is drawn of these samples when they are done.
   *
   * @param steps that they were drawn in
   * @return numbers that none of these steps has seen
   */
  default NoiseSource after(int steps) {
    NoiseSource all = this;
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return all.step(steps, device, shape);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return all.step(steps + 1 + step, device, shape);
      }
    };
  }

  /**
   * Noise by address: sample i of a key has its own, whatever batch it is drawn in.
   *
   * @param key of the samples
   * @param first number of the batch's first sample
   * @return the source
   */
  static NoiseSource keyed(RandomKey key, long first) {
    return new NoiseSource() {
      @Override
      public Tensor start(Device device, Shape shape) {
        return draw(key.child("start"), device, shape);
      }

      @Override
      public Tensor step(int step, Device device, Shape shape) {
        return draw(key.child("step", step), device, shape);
      }

      private Tensor draw(RandomKey which, Device device, Shape shape) {
        Tensor noise = Tensor.empty(device, shape);
        long sampleSize = shape.size() / Math.max(1, shape.dim(0));
        RandomKernels.of(noise).normal(which, first * sampleSize, noise);
        return noise;
      }
    };
  }
}
