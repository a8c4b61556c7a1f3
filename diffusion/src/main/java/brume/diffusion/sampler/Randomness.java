package brume.diffusion.sampler;

import brume.tensor.Device;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.random.RandomKey;

/** All that is random in drawing samples: of a seed, or as somebody gives it. */
public interface Randomness {

  /**
   * Noise of samples.
   *
   * @param first number of the first one
   * @return of samples with consecutive numbers
   */
  NoiseSource samples(long first);

  /**
   * Noise of what is drawn before the samples, which are told it.
   *
   * @param stage its name
   * @param first number of the first sample
   * @return of samples with consecutive numbers
   */
  NoiseSource before(String stage, long first);

  /**
   * Noise that is the same for all samples.
   *
   * @param name what it is for
   * @param device where
   * @param shape (1, ..., C)
   * @return standard normal numbers, owned by the innermost scope
   */
  Tensor shared(String name, Device device, Shape shape);

  /**
   * That of a seed, in which sample i has the same noise whatever others are drawn.
   *
   * @param seed any
   * @return the noise
   */
  static Randomness of(long seed) {
    RandomKey key = RandomKey.of(seed);
    return new Randomness() {
      @Override
      public NoiseSource samples(long first) {
        return before("samples", first);
      }

      @Override
      public NoiseSource before(String stage, long first) {
        return NoiseSource.keyed(key.child(stage), first);
      }

      @Override
      public Tensor shared(String name, Device device, Shape shape) {
        return NoiseSource.keyed(key.child(name), 0).start(device, shape);
      }
    };
  }
}
