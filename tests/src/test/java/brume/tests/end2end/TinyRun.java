package brume.tests.end2end;

import brume.diffusion.objective.TimestepSamplingName;
import brume.diffusion.process.Prediction;
import brume.diffusion.process.ScheduleName;
import brume.diffusion.train.Architecture;
import brume.diffusion.train.Checkpoint;
import brume.diffusion.train.Model;
import brume.diffusion.train.RunConfig;
import brume.diffusion.train.RunFolder;
import brume.diffusion.train.Sampling;
import brume.diffusion.train.Trainer;
import brume.diffusion.train.TrainingListener;
import brume.diffusion.train.TrainingLog;
import brume.nn.unet.BlockVersion;
import brume.tensor.Device;
import brume.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A run of a network that learns for seconds, with all kinds of chance: all of them must repeat. */
record TinyRun(RunConfig config, RunFolder folder) {

  static final int SIDE = 8;

  /** A run in a folder that holds none yet, or one to go on with. */
  static TinyRun in(Path path) throws IOException {
    return new TinyRun(settings(), new RunFolder(path).create());
  }

  private static RunConfig settings() {
    return new RunConfig(
        "test",
        0,
        new RunConfig.Pictures("waves", SIDE, 1, true),
        new RunConfig.Network(
            Architecture.UNET, BlockVersion.RMS_NORM, 8, List.of(1, 2), 2, 0, 4, 2, 4, true, 0.1),
        new RunConfig.Diffusion(
            20, ScheduleName.COSINE, Prediction.V, 5, 0.1, TimestepSamplingName.UNIFORM),
        new RunConfig.Training(6, 4, 1, 1e-3, 2, true, 0.9, 0.99, 0.01, 1, 0.9, 2),
        new RunConfig.Sampling(3, 4, 0.5, 0));
  }

  TinyRun withSeed(long seed) {
    return with(config.training(), seed);
  }

  TinyRun withDim(int dim) {
    RunConfig.Network n = config.network();
    return with(new RunConfig.Network(
        n.architecture(),
        n.blocks(),
        dim,
        n.mults(),
        n.patch(),
        n.frequencies(),
        n.groups(),
        n.heads(),
        n.headDim(),
        n.selfCondition(),
        n.dropout()));
  }

  /** The other generation of blocks, without dropout and self-conditioning. */
  TinyRun withGroupNorm() {
    RunConfig.Network n = config.network();
    return with(new RunConfig.Network(
        n.architecture(),
        BlockVersion.GROUP_NORM,
        n.dim(),
        n.mults(),
        n.patch(),
        n.frequencies(),
        n.groups(),
        n.heads(),
        n.headDim(),
        false,
        0));
  }

  /** Few times, so that each soon has losses enough to tell how often it should be visited. */
  TinyRun withTimesByLoss() {
    RunConfig c = config;
    RunConfig.Diffusion p = c.process();
    RunConfig.Diffusion byLoss = new RunConfig.Diffusion(
        2, p.schedule(), p.predict(), p.minSnr(), p.offsetNoise(), TimestepSamplingName.LOSS);
    return new TinyRun(
            new RunConfig(
                c.brume(), c.seed(), c.pictures(), c.network(), byLoss, c.training(), c.sampling()),
            folder)
        .withBatch(8, 2);
  }

  private TinyRun with(RunConfig.Network network) {
    RunConfig c = config;
    return new TinyRun(
        new RunConfig(
            c.brume(), c.seed(), c.pictures(), network, c.process(), c.training(), c.sampling()),
        folder);
  }

  TinyRun withBatch(int batch, int accumulate) {
    RunConfig.Training t = config.training();
    return withTraining(t.steps(), batch, accumulate, t.checkpointEvery());
  }

  TinyRun withSteps(int steps, int checkpointEvery) {
    RunConfig.Training t = config.training();
    return withTraining(steps, t.batch(), t.accumulate(), checkpointEvery);
  }

  private TinyRun withTraining(int steps, int batch, int accumulate, int checkpointEvery) {
    RunConfig.Training t = config.training();
    return with(
        new RunConfig.Training(
            steps,
            batch,
            accumulate,
            t.lr(),
            t.warmup(),
            t.cosine(),
            t.beta1(),
            t.beta2(),
            t.decay(),
            t.clip(),
            t.emaDecay(),
            checkpointEvery),
        config.seed());
  }

  private TinyRun with(RunConfig.Training training, long seed) {
    RunConfig c = config;
    return new TinyRun(
        new RunConfig(
            c.brume(), seed, c.pictures(), c.network(), c.process(), training, c.sampling()),
        folder);
  }

  /** Trains to the last step, or goes on to it. */
  Trainer.Outcome train(Device device) throws IOException {
    return train(device, new Silent());
  }

  Trainer.Outcome train(Device device, TrainingListener listener) throws IOException {
    return trainer(device, listener).run();
  }

  Trainer trainer(Device device, TrainingListener listener) {
    return new Trainer(config, folder, new Waves(10, SIDE), device, listener);
  }

  /** Pictures drawn from the newest checkpoint. */
  float[] sample(Device device, Sampling sampling, int count) throws IOException {
    Checkpoint newest = Checkpoint.newestValid(folder.checkpoints()).orElseThrow();
    try (Scope scope = Scope.open()) {
      Model model = Model.averaged(config, device, newest);
      return sampling.draw(model, device, count, (done, of, first, x) -> {});
    }
  }

  /** Every file of a checkpoint by its name. */
  Map<String, byte[]> checkpoint(int step) throws IOException {
    Map<String, byte[]> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(checkpointFolder(step))) {
      for (Path file : files.toList()) {
        content.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return content;
  }

  Path checkpointFolder(int step) {
    return folder.checkpoints().resolve("step-%06d".formatted(step));
  }

  /** What the log says about each step, but for the time it took. */
  List<List<Double>> log() throws IOException {
    return TrainingLog.read(folder.log()).stream()
        .map(line ->
            List.of((double) line.step(), line.loss(), line.gradientNorm(), line.learningRate()))
        .toList();
  }

  /** Shows nothing; tests look at the steps they care for. */
  static class Silent implements TrainingListener {
    @Override
    public void begins(int step, Model model) {}

    @Override
    public void stepped(TrainingLog.Line line) {}

    @Override
    public void samples(int step, Model average) {}

    @Override
    public void stopping() {}

    @Override
    public void saved(Checkpoint checkpoint) {}

    @Override
    public void finished(Model average) {}
  }
}
