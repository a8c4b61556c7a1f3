package brume.tests.end2end;

import brume.diffusion.data.DataSettings;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.Datasets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Drawing;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.About;
import brume.diffusion.settings.SettingsFile;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A run of a network that learns for seconds, with all kinds of chance: all of them must repeat. */
record TinyRun(Recipe recipe, RunFolder folder) {

  static final int SIDE = 8;

  private static final String SETTINGS =
      """
      {
        "brume": "test",
        "data": {"kind": "test-waves", "side": 8, "flip": true},
        "patch": 2,
        "network": {
          "kind": "unet", "blocks": "rms-norm", "dim": 8, "mults": [1, 2], "groups": 4,
          "heads": [2], "headDim": [4], "selfCondition": true, "dropout": 0.1
        },
        "process": {"kind": "discrete", "timesteps": 20, "schedule": "cosine", "predict": "v"},
        "objective": {
          "kind": "denoising", "weighting": {"kind": "min-snr", "gamma": 5}, "noise": {"offset": 0.1}
        },
        "optimizer": {"kind": "adamw", "beta1": 0.9, "beta2": 0.99, "decay": 0.01},
        "rate": {"kind": "cosine", "lr": 1e-3, "warmup": 2},
        "average": {"kind": "ddpm-torch", "rates": [0.9]},
        "training": {"steps": 6, "batch": 4, "checkpointEvery": 2, "clip": {"kind": "norm", "max": 1}},
        "sampler": {"kind": "ddim", "steps": 4, "eta": 0.5}, "samples": {"count": 3, "every": 0}
      }
      """;

  /** Pictures of waves as a kind of data, which a user may add, too. */
  record WaveSettings(
      @About(value = "Height and width in pixels.", min = 1) int side,
      @About("Mirror half of the pictures.") boolean flip)
      implements DataSettings {

    static {
      Datasets.CATALOG.add("test-waves", new WaveSettings(SIDE, false), "Waves.", "");
    }

    /** Once for all tests. */
    static void known() {}

    @Override
    public Dataset open() {
      return new Waves(10, side);
    }

    @Override
    public Shape shape() {
      return Shape.of(side, side, 1);
    }

    @Override
    public String title() {
      return "waves";
    }
  }

  /** A run in a folder that holds none yet, or one to go on with. */
  static TinyRun in(Path path) throws IOException {
    WaveSettings.known();
    return new TinyRun(laidOver(Recipes.plain(), SETTINGS), new RunFolder(path).create());
  }

  private static Recipe laidOver(Recipe base, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      return Recipe.ENGINE.read(
          SettingsFile.read(new ByteArrayInputStream(bytes), "settings of the test"), base);
    } catch (IOException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /** The same run with some other settings. */
  TinyRun with(String format, Object... values) {
    return new TinyRun(laidOver(recipe, String.format(Locale.ROOT, format, values)), folder);
  }

  TinyRun withSeed(long seed) {
    return with("{\"seed\": %d}", seed);
  }

  TinyRun withDim(int dim) {
    return with("{\"network\": {\"dim\": %d}}", dim);
  }

  /** The other generation of blocks, without dropout and self-conditioning. */
  TinyRun withGroupNorm() {
    return with(
        "{\"network\": {\"blocks\": \"group-norm\", \"selfCondition\": false, \"dropout\": 0}}");
  }

  /** Few times, so that each soon has losses enough to tell how often it should be visited. */
  TinyRun withTimesByLoss() {
    return with("""
            {
              "process": {"timesteps": 2}, "objective": {"times": "loss"},
              "sampler": {"kind": "ddim", "steps": 2}
            }
            """)
        .withBatch(8, 2);
  }

  TinyRun withBatch(int batch, int accumulate) {
    return with("{\"training\": {\"batch\": %d, \"accumulate\": %d}}", batch, accumulate);
  }

  TinyRun withSteps(int steps, int checkpointEvery) {
    return with("{\"training\": {\"steps\": %d, \"checkpointEvery\": %d}}", steps, checkpointEvery);
  }

  /** Draws with so many steps: DDPM if they are all, else DDIM with noise. */
  TinyRun withSampler(int steps, double eta) {
    return with("{\"sampler\": {\"kind\": \"auto\", \"steps\": %d, \"eta\": %s}}", steps, eta);
  }

  /** Trains to the last step, or goes on to it. */
  Trainer.Outcome train(Device device) throws IOException {
    return train(device, TrainingListener.SILENT);
  }

  Trainer.Outcome train(Device device, TrainingListener listener) throws IOException {
    return trainer(device, listener).run();
  }

  Trainer trainer(Device device, TrainingListener listener) throws IOException {
    return new Trainer(recipe, folder, recipe.data().open(), device, listener);
  }

  /** Pictures drawn from the newest checkpoint. */
  float[] sample(Device device, long seed, int batch, int count) throws IOException {
    Checkpoint newest = newest();
    try (Scope scope = Scope.open()) {
      Model model = SavedModel.load(recipe, newest, "average", device);
      Drawing drawing = new Drawing(
              recipe.sampler().create(recipe.reverse()), recipe.data().shape(), seed, batch)
          .recording(model.recorder());
      return drawing.draw(
          Asked.inTurn(model, recipe, List.of()), device, count, (done, of, first, x) -> {});
    }
  }

  Checkpoint newest() throws IOException {
    return new Checkpoints(folder).newest().orElseThrow();
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
    return folder.checkpoints().resolve(Text.of("step-%06d", step));
  }

  /** What the log says about each step, but for the time it took. */
  List<List<Double>> log() throws IOException {
    return TrainingLog.read(folder.log()).stream()
        .map(line ->
            List.of((double) line.step(), line.loss(), line.gradientNorm(), line.learningRate()))
        .toList();
  }
}
