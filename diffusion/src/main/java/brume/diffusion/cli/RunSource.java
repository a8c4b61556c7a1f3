package brume.diffusion.cli;

import brume.diffusion.train.Checkpoint;
import brume.diffusion.train.ConfigFile;
import brume.diffusion.train.Model;
import brume.diffusion.train.RunConfig;
import brume.diffusion.train.RunFolder;
import brume.diffusion.train.Sampling;
import brume.tensor.Device;
import brume.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The averaged parameters of a run's newest checkpoint.
 *
 * @param model of the run
 */
record RunSource(Model model) implements SampleSource {

  /** Loads a run; the innermost scope owns its parameters. */
  static RunSource open(Path run, Device device) throws IOException {
    RunFolder folder = new RunFolder(run);
    if (!Files.exists(folder.config())) {
      throw new IOException("--run: expected the folder of a run with its config.json, got " + run
          + "; make one with brume train");
    }
    RunConfig config = ConfigFile.read(folder.config());
    Checkpoint checkpoint = Checkpoint.newestValid(folder.checkpoints())
        .orElseThrow(
            () -> new IOException("--run: expected a run with a valid checkpoint, got none in "
                + run + "; train it until its first one"));
    return new RunSource(Model.averaged(config, device, checkpoint));
  }

  @Override
  public Shape picture() {
    RunConfig.Pictures pictures = model.config().pictures();
    return Shape.of(pictures.size(), pictures.size(), pictures.channels());
  }

  @Override
  public int timesteps() {
    return model.config().process().timesteps();
  }

  @Override
  public Sampling usual() {
    return Sampling.of(model.config());
  }

  @Override
  public Exhibit exhibit() {
    return Exhibit.of(model.config());
  }

  @Override
  public float[] draw(Sampling how, Device device, int count, Sampling.Watcher watcher) {
    return how.draw(model, device, count, watcher);
  }
}
