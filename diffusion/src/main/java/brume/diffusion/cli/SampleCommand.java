package brume.diffusion.cli;

import static java.util.Objects.requireNonNull;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.pipeline.SchedulerKind;
import brume.diffusion.train.Sampling;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
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
    description =
        "Draws samples from the averaged parameters of a run's newest checkpoint, or from a model that"
            + " diffusers has saved.",
    abbreviateSynopsis = true,
    sortOptions = false)
final class SampleCommand implements Callable<Integer> {

  @Option(names = "--run", paramLabel = "RUN", description = "Folder of the run.")
  private @Nullable Path run;

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      description = "Folder of a diffusers pipeline with its model_index.json, instead of a run.")
  private @Nullable Path from;

  @Option(
      names = "--scheduler",
      paramLabel = "NAME",
      description = "Scheduler for --from. One of ddpm, ddim. Default: that of the folder.")
  private @Nullable SchedulerKind scheduler;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where to: a .png for all in one picture, a .safetensors for one tensor 'samples' (N, H, W, C) in [0, 1],"
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
          "Steps of sampling. With --run, fewer than its timesteps mean DDIM, as many DDPM. Default: as the run;"
              + " with --from 1000 for ddpm, 50 for ddim.")
  private @Nullable Integer steps;

  @Option(
      names = "--eta",
      paramLabel = "X",
      description =
          "Share of the noise that DDIM adds in a step, 0 to 1. Default: as the run; 0 with --from.")
  private @Nullable Double eta;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the pictures; picture i of a seed is always the same. Default: as the run; 0 with --from.")
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
    UsageException.unless(
        run == null ^ from == null,
        "--run: expected either it or --from, got " + (run == null ? "none" : "both"));
    UsageException.unless(
        scheduler == null || from != null, "--scheduler: expected only with --from, got --run");
    UsageException.unless(count >= 1, "--count: expected 1 or more, got " + count);
    UsageException.unless(batch >= 1, "--batch: expected 1 or more, got " + batch);
    refuseUnwritable();

    Device device = deviceOptions.open();
    try (Scope scope = Scope.open()) {
      SampleSource source = run != null
          ? RunSource.open(run, device)
          : PipelineSource.open(requireNonNull(from), scheduler, device);
      refuseUnpresentable(source);
      Sampling sampling = sampling(source);
      String things = source.exhibit().things();
      float[] drawn;
      try (TerminalProgress progress =
          new TerminalProgress("sampling", 0, sampling.stepsFor(count))) {
        drawn = source.draw(
            sampling,
            device,
            count,
            (done, of, first, x) -> progress.evenlyAt(done, count + " " + things));
      }
      source.exhibit().verdict(drawn).ifPresent(System.err::println);
      write(source, drawn);
    }
    System.err.println("wrote " + out);
    return 0;
  }

  /** The usual settings of a source but for those that were given. */
  private Sampling sampling(SampleSource source) {
    Sampling usual = source.usual();
    int timesteps = source.timesteps();
    int sampleSteps = steps == null ? usual.steps() : steps;
    double share = eta == null ? usual.eta() : eta;
    UsageException.unless(
        sampleSteps >= 1 && sampleSteps <= timesteps,
        "--steps: expected 1 to %d (the timesteps of the %s), got %d"
            .formatted(timesteps, run == null ? "folder" : "run", sampleSteps));
    UsageException.unless(share >= 0 && share <= 1, "--eta: expected 0 to 1, got " + share);
    return new Sampling(sampleSteps, share, seed == null ? usual.seed() : seed, batch);
  }

  /** Refuses files that cannot show what the source draws. */
  private void refuseUnpresentable(SampleSource source) {
    int channels = source.picture().dim(2);
    boolean picturable = channels == 1 || channels == 3;
    boolean shown =
        isTensor() || picturable || isFile() && source.exhibit() instanceof PointExhibit;
    UsageException.unless(
        shown,
        "--out: expected a .safetensors%s for samples of %d channels, got %s"
            .formatted(
                source.exhibit() instanceof PointExhibit ? " or a .png" : "", channels, out));
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
    return isTensor() || out.toString().toLowerCase(Locale.ROOT).endsWith(".png");
  }

  private boolean isTensor() {
    return out.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
  }

  private void write(SampleSource source, float[] drawn) throws IOException {
    Shape picture = source.picture();
    if (isTensor()) {
      int[] shape = {count, picture.dim(0), picture.dim(1), picture.dim(2)};
      new SafeTensorsWriter().add("samples", shape, drawn).write(out);
      return;
    }
    if (isFile()) {
      source.exhibit().write(out, drawn);
      return;
    }
    Files.createDirectories(out);
    List<Picture> all = new PictureExhibit(picture).each(drawn);
    for (int i = 0; i < all.size(); i++) {
      Png.write(out.resolve("%06d.png".formatted(i)), all.get(i));
    }
  }
}
