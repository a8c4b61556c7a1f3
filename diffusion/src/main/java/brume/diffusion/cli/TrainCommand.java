package brume.diffusion.cli;

import brume.diffusion.data.Dataset;
import brume.diffusion.process.Prediction;
import brume.diffusion.train.ConfigFile;
import brume.diffusion.train.RunConfig;
import brume.diffusion.train.RunFolder;
import brume.diffusion.train.Trainer;
import brume.tensor.Device;
import brume.tensor.kernel.Backends;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code brume train}: trains a model and shows what it has learned. */
@Command(
    name = "train",
    description = {
      "Trains a diffusion model and shows what it has learned.",
      "Without options: on the 10,000 embedded pictures of Fashion-MNIST, in minutes on two cores. The"
          + " defaults below are those of that run. Your own pictures get, unless told otherwise, 20,000"
          + " steps of a network of 4.2 million parameters (--dim 48 --mults 1,2,3): one to two hours at"
          + " 32x32 pixels."
    },
    abbreviateSynopsis = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {

  static final String RECOMPUTE =
      "Compute blocks of the network again for their gradients instead of remembering them: less memory, more time.";

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "Folder of a new run. Default: runs/ and the name of the data, numbered.")
  private @Nullable Path run;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run from its newest checkpoint, with its own settings; --steps may be larger.")
  private @Nullable Path resume;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "JSON with settings, such as the config.json of a run; options override it.")
  private @Nullable Path configFile;

  @Option(names = "--recompute", description = TrainCommand.RECOMPUTE)
  private boolean recompute;

  @Mixin
  private DeviceOptions deviceOptions = new DeviceOptions();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    UsageException.unless(
        resume == null || run == null && configFile == null,
        "--resume: expected without --run and --config, since a run keeps its settings, got both");
    RunConfig config = resume == null ? fresh() : resumed(existing(resume));
    RunFolder folder = resume == null ? newFolder(config.pictures().data()) : existing(resume);
    Dataset data = PictureSource.open(config.pictures());
    Device device = deviceOptions.open();

    folder.create();
    System.err.println(Backends.named(device.name()).describe());
    System.err.println(data.describe());
    System.err.println("run in " + folder.path());
    if (resume == null) {
      warnOfLongWarmup(config.training());
    }
    return train(config, folder, data, device);
  }

  private int train(RunConfig config, RunFolder folder, Dataset data, Device device)
      throws IOException {
    try (Showcase showcase = new Showcase(config, folder, device)) {
      Trainer trainer = new Trainer(config, folder, data, device, showcase);
      trainer.recompute(recompute);
      CountDownLatch over = new CountDownLatch(1);
      Thread onInterrupt = new Thread(() -> stop(trainer, over), "brume-stop");
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      try {
        if (trainer.run() == Trainer.Outcome.STOPPED) {
          System.err.printf("stopped; go on with: ./brume train --resume %s%n", folder.path());
          return 130; // as a shell reports Ctrl-C
        }
        return 0;
      } finally {
        over.countDown();
        removeHook(onInterrupt);
      }
    }
  }

  /** Keeps the process alive after Ctrl-C until the trainer has saved its state. */
  private static void stop(Trainer trainer, CountDownLatch over) {
    trainer.stop();
    System.err.printf("%nstopping after this step, with a checkpoint%n");
    try {
      if (!over.await(2, TimeUnit.MINUTES)) {
        System.err.println("brume: the step took longer than two minutes and was given up");
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // The hook is running; it has just been told that training is over.
      return;
    }
  }

  private RunConfig fresh() throws IOException {
    ParseResult given = given();
    ObjectNode tree = ConfigFile.toTree(Presets.fashionMnist());
    if (configFile != null) {
      ConfigFile.overlay(configFile, tree);
    }
    ConfigOptions.overlay(given, tree);
    String data = tree.path("pictures").path("data").asText();
    if (!data.equals(PictureSource.EMBEDDED)) {
      tree = ConfigFile.toTree(PictureSource.preset(data));
      if (configFile != null) {
        ConfigFile.overlay(configFile, tree);
      }
      ConfigOptions.overlay(given, tree);
    }
    if (configFile == null && !given.hasMatchedOption("--warmup")) {
      shortenWarmup((ObjectNode) tree.get("training"));
    }
    tree.put("brume", Version.BRUME);
    return checked(ConfigOptions.checked(tree, configFile == null ? "options" : "" + configFile));
  }

  /** A short run would be over before the warm-up that suits a long one. */
  private static void shortenWarmup(ObjectNode training) {
    int tenth = training.path("steps").asInt() / 10;
    training.put("warmup", Math.max(0, Math.min(training.path("warmup").asInt(), tenth)));
  }

  private static void warnOfLongWarmup(RunConfig.Training training) {
    if (training.warmup() >= training.steps()) {
      System.err.printf(
          "brume: --warmup: expected fewer than the %d of --steps, got %d, so the learning rate stays small"
              + " and little is learned; lower --warmup%n",
          training.steps(), training.warmup());
    }
  }

  private RunConfig resumed(RunFolder folder) throws IOException {
    RunConfig before = ConfigFile.read(folder.config());
    ObjectNode tree = ConfigFile.toTree(before);
    ConfigOptions.overlay(given(), tree);
    RunConfig now = checked(ConfigOptions.checked(tree, "options"));
    List<String> changed = ConfigOptions.differing(now.withShowingOf(before), before);
    UsageException.unless(
        changed.isEmpty(),
        "--resume: expected no other settings than --steps, --checkpoint-every and those of samples, got "
            + String.join(", ", changed) + "; start a new run for those");
    return now;
  }

  private static RunConfig checked(RunConfig config) {
    UsageException.unless(
        config.pictures().channels() != 2
            || PictureSource.toyProblem(config.pictures().data()).isPresent(),
        "--channels: expected 1 or 3, got 2");
    UsageException.unless(
        config.sampling().sampleSteps() <= config.process().timesteps(),
        "--sample-steps: expected 1 to %d (--timesteps), got %d"
            .formatted(config.process().timesteps(), config.sampling().sampleSteps()));
    UsageException.unless(
        config.process().predict() != Prediction.MEAN || config.process().minSnr() == 0,
        "--min-snr: expected 0 with --predict mean, which has no such weights, got "
            + config.process().minSnr());
    return config;
  }

  private ParseResult given() {
    return spec.commandLine().getParseResult();
  }

  private static RunFolder existing(Path folder) throws IOException {
    RunFolder existing = new RunFolder(folder);
    if (!Files.exists(existing.config())) {
      throw new IOException(
          "--resume: expected the folder of a run with its config.json, got " + folder);
    }
    return existing;
  }

  private RunFolder newFolder(String data) throws IOException {
    if (run != null) {
      RunFolder folder = new RunFolder(run);
      if (Files.exists(folder.config())) {
        throw new IOException("--run: expected a new folder, %s holds a run; go on with --resume %s"
            .formatted(run, run));
      }
      return folder;
    }
    Path name = Path.of(data).toAbsolutePath().normalize().getFileName();
    for (int number = 1; ; number++) {
      Path folder = Path.of(
          "runs",
          "%s-%03d".formatted(name == null ? "run" : name.toString().replace(':', '-'), number));
      if (!Files.exists(folder)) {
        return new RunFolder(folder);
      }
    }
  }
}
