package brume.diffusion.cli;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.train.Checkpoint;
import brume.diffusion.train.ConfigFile;
import brume.diffusion.train.Model;
import brume.diffusion.train.PictureTensor;
import brume.diffusion.train.RunConfig;
import brume.diffusion.train.RunFolder;
import brume.diffusion.train.Sampling;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brume sample}: draws pictures from what a run has learned. */
@Command(
    name = "sample",
    description = "Draws pictures from the averaged parameters of a run's newest checkpoint.",
    abbreviateSynopsis = true,
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {

  @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder of the run.")
  private Path run = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where to: a .png for one grid, a .safetensors for one tensor 'samples' (N, H, W, C) in [0, 1],"
              + " or a folder for one .png a picture. Default: samples.png.")
  private Path out = Path.of("samples.png");

  @Option(
      names = "--count",
      defaultValue = "64",
      paramLabel = "N",
      description = "Number of pictures. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Steps of sampling: fewer than the run's timesteps for DDIM, as many for DDPM. Default: as the run.")
  private @Nullable Integer steps;

  @Option(
      names = "--eta",
      paramLabel = "X",
      description = "Share of the noise that DDIM adds in a step, 0 to 1. Default: as the run.")
  private @Nullable Double eta;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the pictures; picture i of a seed is always the same. Default: as the run.")
  private @Nullable Long seed;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description =
          "Pictures drawn at once; the result does not depend on it. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Override
  public Integer call() throws IOException {
    RunConfig config = config();
    int timesteps = config.process().timesteps();
    int sampleSteps = steps == null ? config.sampling().sampleSteps() : steps;
    double share = eta == null ? config.sampling().eta() : eta;
    UsageException.unless(count >= 1, "--count: expected 1 or more, got " + count);
    UsageException.unless(batch >= 1, "--batch: expected 1 or more, got " + batch);
    UsageException.unless(
        sampleSteps >= 1 && sampleSteps <= timesteps,
        "--steps: expected 1 to %d (the timesteps of the run), got %d"
            .formatted(timesteps, sampleSteps));
    UsageException.unless(share >= 0 && share <= 1, "--eta: expected 0 to 1, got " + share);
    refuseUnwritable();

    Sampling sampling =
        new Sampling(sampleSteps, share, seed == null ? config.seed() : seed, batch);
    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      Model model = averagedModel(config, device);
      int batches = (count + batch - 1) / batch;
      try (TerminalProgress progress =
          new TerminalProgress("sampling", "steps", 0, (long) batches * sampleSteps)) {
        float[] drawn = sampling.draw(
            model, device, count, (done, of, first, x) -> progress.at(done, count + " pictures"));
        write(config.pictures(), drawn);
      }
    }
    System.err.println("wrote " + out);
    return 0;
  }

  private RunConfig config() throws IOException {
    Path file = new RunFolder(run).config();
    if (!Files.exists(file)) {
      throw new IOException("--run: expected the folder of a run with its config.json, got " + run
          + "; make one with brume train");
    }
    return ConfigFile.read(file);
  }

  private Model averagedModel(RunConfig config, Device device) throws IOException {
    Checkpoint checkpoint = Checkpoint.newestValid(new RunFolder(run).checkpoints())
        .orElseThrow(
            () -> new IOException("--run: expected a run with a valid checkpoint, got none in "
                + run + "; train it until its first one"));
    return Model.averaged(config, device, checkpoint);
  }

  /** Refuses now what would fail after minutes of sampling. */
  private void refuseUnwritable() throws IOException {
    Path parent = out.toAbsolutePath().getParent();
    if (isFile()) {
      if (parent == null || !Files.isDirectory(parent)) {
        throw new IOException(
            "--out: expected a file in a folder that exists, got %s; make the folder first"
                .formatted(out));
      }
      if (Files.isDirectory(out)) {
        throw new IOException("--out: expected a file, got the folder " + out);
      }
    } else if (!Files.isDirectory(out) && (Files.exists(out) || looksLikeFile())) {
      throw new UsageException(
          "--out: expected a .png, a .safetensors or a folder, got the file " + out);
    }
  }

  private boolean looksLikeFile() {
    return out.toString()
        .toLowerCase(Locale.ROOT)
        .matches(".*\\.(jpe?g|gif|bmp|webp|npy|npz|pt|zip)");
  }

  private boolean isFile() {
    String name = out.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".safetensors");
  }

  private void write(RunConfig.Pictures pictures, float[] drawn) throws IOException {
    int side = pictures.size(), channels = pictures.channels();
    if (out.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      new SafeTensorsWriter()
          .add("samples", new int[] {count, side, side, channels}, drawn)
          .write(out);
      return;
    }
    List<Picture> all = PictureTensor.toPictures(drawn, side, side, channels);
    if (isFile()) {
      Grids.of(all).write(out);
      return;
    }
    Files.createDirectories(out);
    for (int i = 0; i < all.size(); i++) {
      Png.write(out.resolve("%06d.png".formatted(i)), all.get(i));
    }
  }
}
