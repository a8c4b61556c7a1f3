package brume.diffusion.cli;

import brume.diffusion.Prediction;
import brume.diffusion.ScheduleName;
import brume.diffusion.TimestepSamplingName;
import brume.diffusion.train.RunConfig;
import brume.nn.unet.BlockVersion;
import java.util.List;

/** Settings that just work. */
final class Presets {

  private Presets() {}

  /**
   * What {@code brume train} does when it is told nothing: Fashion-MNIST in minutes on two cores. Pixels
   * are moved into the channels two by two, which leaves a quarter of the work.
   */
  static RunConfig fashionMnist() {
    return new RunConfig(
        Version.BRUME,
        0,
        new RunConfig.Pictures("fashion-mnist", 28, 1, false),
        new RunConfig.Network(BlockVersion.GROUP_NORM, 32, List.of(1, 2), 2, 8, 4, 32, false, 0),
        new RunConfig.Diffusion(
            1000, ScheduleName.COSINE, Prediction.V, 5, 0, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(2500, 32, 1, 2e-3, 100, true, 0.9, 0.99, 0, 1, 0.995, 500),
        new RunConfig.Sampling(64, 50, 0, 500));
  }

  /** What a folder or a file of pictures is trained with unless told otherwise. */
  static RunConfig ownPictures(String data, int size, int channels) {
    return new RunConfig(
        Version.BRUME,
        0,
        new RunConfig.Pictures(data, size, channels, true),
        new RunConfig.Network(BlockVersion.GROUP_NORM, 48, List.of(1, 2, 3), 2, 8, 4, 32, false, 0),
        new RunConfig.Diffusion(
            1000, ScheduleName.COSINE, Prediction.V, 5, 0, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(20_000, 32, 1, 5e-4, 500, true, 0.9, 0.99, 0, 1, 0.999, 1000),
        new RunConfig.Sampling(64, 50, 0, 1000));
  }

  /** The U-Net of the seed system with its defaults, to be measured beside others. */
  static RunConfig plain(int size, int channels, int dim, List<Integer> mults, int batch) {
    return new RunConfig(
        Version.BRUME,
        0,
        new RunConfig.Pictures("none", size, channels, false),
        new RunConfig.Network(BlockVersion.GROUP_NORM, dim, mults, 1, 8, 4, 32, false, 0),
        new RunConfig.Diffusion(
            1000, ScheduleName.LINEAR, Prediction.EPSILON, 0, 0, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(1, batch, 1, 1e-4, 0, false, 0.9, 0.999, 0, 1, 0.995, 1),
        new RunConfig.Sampling(1, 50, 0, 0));
  }
}
