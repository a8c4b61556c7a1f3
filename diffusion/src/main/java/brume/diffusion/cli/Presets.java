package brume.diffusion.cli;

import brume.diffusion.objective.TimestepSamplingName;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ScheduleName;
import brume.diffusion.train.Architecture;
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
        unet(32, List.of(1, 2), 2),
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
        unet(48, List.of(1, 2, 3), 2),
        new RunConfig.Diffusion(
            1000, ScheduleName.COSINE, Prediction.V, 5, 0, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(20_000, 32, 1, 5e-4, 500, true, 0.9, 0.99, 0, 1, 0.999, 1000),
        new RunConfig.Sampling(64, 50, 0, 1000));
  }

  /** Points of the plane in seconds on two cores, with the perceptron of ddpm-torch. */
  static RunConfig points(String data) {
    List<Integer> blocks = List.of(1, 1, 1);
    return new RunConfig(
        Version.BRUME,
        0,
        new RunConfig.Pictures(data, 1, 2, false),
        new RunConfig.Network(
            Architecture.MLP, BlockVersion.GROUP_NORM, 64, blocks, 1, 3, 1, 1, 64, false, 0),
        new RunConfig.Diffusion(
            1000, ScheduleName.COSINE, Prediction.V, 0, 0, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(2500, 256, 1, 4e-3, 50, true, 0.9, 0.99, 0, 1, 0.99, 1000),
        new RunConfig.Sampling(3000, 100, 1, 1000));
  }

  /** The U-Net of the seed system with its defaults, to be measured beside others. */
  static RunConfig plain(int size, int channels, int dim, List<Integer> mults, int batch) {
    return new RunConfig(
        Version.BRUME,
        0,
        new RunConfig.Pictures("none", size, channels, false),
        unet(dim, mults, 1),
        new RunConfig.Diffusion(
            1000, ScheduleName.LINEAR, Prediction.EPSILON, 0, 0, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(1, batch, 1, 1e-4, 0, false, 0.9, 0.999, 0, 1, 0.995, 1),
        new RunConfig.Sampling(1, 50, 0, 0));
  }

  private static RunConfig.Network unet(int dim, List<Integer> mults, int patch) {
    return new RunConfig.Network(
        Architecture.UNET, BlockVersion.GROUP_NORM, dim, mults, patch, 0, 8, 4, 32, false, 0);
  }
}
