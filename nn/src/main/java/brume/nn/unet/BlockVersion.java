package brume.nn.unet;

import brume.nn.Parameters;
import brume.nn.layer.GroupNorm;
import brume.nn.layer.Norm;
import brume.nn.layer.RmsNorm;
import java.util.Locale;

/** The generations of denoising-diffusion-pytorch, which differ in their blocks. */
public enum BlockVersion implements BlockNorm {
  /** Version 1.8.8 of July 2023: group normalization, attention without memory. */
  GROUP_NORM(0) {
    @Override
    public Norm norm(Parameters at, ResBlockConfig config, int channels) {
      return new GroupNorm(at, channels, config.groups(), 1e-5); // ε as in PyTorch
    }
  },
  /** Version 2.3.1: RMS normalization, four learned keys and values, dropout. */
  RMS_NORM(4) {
    @Override
    public Norm norm(Parameters at, ResBlockConfig config, int channels) {
      return new RmsNorm(at, config.domain(), channels);
    }
  },
  /**
   * Version 2.3.1, {@code classifier_free_guidance.py}: RMS normalization, linear attention of fixed
   * size at every level, halving by convolutions.
   */
  GUIDED(0) {
    @Override
    public Norm norm(Parameters at, ResBlockConfig config, int channels) {
      return new RmsNorm(at, config.domain(), channels);
    }
  };

  private final int memory;

  BlockVersion(int memory) {
    this.memory = memory;
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Learned keys and values of attention over images.
   *
   * @return how many, by default
   */
  public int memory() {
    return memory;
  }
}
