package brume.diffusion.cli;

import brume.diffusion.pipeline.Pipeline;
import brume.diffusion.pipeline.SchedulerConfig;
import brume.diffusion.pipeline.SchedulerKind;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.train.RunFolder;
import brume.diffusion.train.Sampling;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A folder of diffusers.
 *
 * @param pipeline its network
 * @param scheduler its own or another one
 */
record PipelineSource(Pipeline pipeline, SchedulerConfig scheduler) implements SampleSource {

  private static final int BATCH = 64;

  /** Loads a folder, maybe with another scheduler; the innermost scope owns its parameters. */
  static PipelineSource open(Path folder, @Nullable SchedulerKind other, Device device)
      throws IOException {
    UsageException.unless(
        Files.exists(folder.resolve("model_index.json"))
            || !Files.isDirectory(new RunFolder(folder).checkpoints()),
        "--from: expected a folder that diffusers has saved, got the run %1$s; draw from it with --run %1$s"
            .formatted(folder));
    Pipeline pipeline = Pipeline.open(folder, device);
    if (pipeline.picture().size() == 0) {
      throw new IOException(
          "%s: expected the sample_size of its pictures in the config.json of unet, got none"
              .formatted(folder));
    }
    SchedulerConfig own = pipeline.scheduler();
    return new PipelineSource(pipeline, other == null ? own : own.withKind(other));
  }

  @Override
  public Shape picture() {
    return pipeline.picture();
  }

  @Override
  public int timesteps() {
    return scheduler.schedule().steps();
  }

  @Override
  public Sampling usual() {
    return new Sampling(scheduler.kind().usualSteps(timesteps()), 0, 0, BATCH);
  }

  @Override
  public Exhibit exhibit() {
    return new PictureExhibit(picture());
  }

  @Override
  public float[] draw(Sampling how, Device device, int count, Sampling.Watcher watcher) {
    Sampler sampler = scheduler.sampler(how.steps(), how.eta(), NoiseEstimate.AS_PREDICTED);
    return how.draw(pipeline, sampler, picture(), device, count, watcher);
  }
}
