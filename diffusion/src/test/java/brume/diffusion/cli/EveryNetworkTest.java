package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.network.Networks;
import brume.diffusion.process.Processes;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.diffusion.settings.Kind;
import brume.nn.Role;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network of the catalog that draws without being told words, and every process beside the usual one, is trained, killed, resumed
 * and sampled through the command line.
 */
class EveryNetworkTest {

  private static final String PROCESS = "process ";
  private static final int STEPS = 20, KILLED_AFTER = 13, CHECKPOINT_EVERY = 5;

  /** Options that make each of them small. */
  private static final Map<String, List<Object>> SMALL = new TreeMap<>(Map.ofEntries(
      Map.entry(
          "unet",
          List.of("--dim", 8, "--mults", "1,2", "--groups", 4, "--heads", 2, "--head-dim", 4)),
      Map.entry(
          "unet1d",
          List.of(
              "--data",
              "toy:waves",
              "--dim",
              8,
              "--mults",
              "1,2",
              "--groups",
              4,
              "--heads",
              2,
              "--head-dim",
              4)),
      Map.entry(
          "ddpm", List.of("--dim", 8, "--mults", "1,2", "--attention", "off,on", "--groups", 4)),
      Map.entry("conditional", List.of("--dim", 8, "--time-dim", 8, "--levels", 2, "--groups", 4)),
      Map.entry(
          "unet2d",
          List.of(
              "--widths",
              "8,16",
              "--down-blocks",
              "plain,attention",
              "--up-blocks",
              "attention,plain",
              "--head-dim",
              4,
              "--groups",
              4)),
      Map.entry("mlp", List.of("--data", "toy:swissroll", "--dim", 16, "--mults", "1,1")),
      Map.entry(
          "song",
          List.of(
              "--dim",
              8,
              "--mults",
              "1,2",
              "--blocks-per-level",
              1,
              "--attention-sizes",
              4,
              "--time-waves",
              "fourier",
              "--time-scale",
              0.001,
              "--filter",
              "binomial",
              "--encoder",
              "residual",
              "--decoder",
              "skip")),
      Map.entry(
          "adm",
          List.of(
              "--dim",
              8,
              "--mults",
              "1,2",
              "--blocks-per-level",
              1,
              "--head-dim",
              8,
              "--dropout",
              0.1)),
      Map.entry("karras", karras("--attention-sizes", 4, "--self-condition", "--dropout", 0.1)),
      Map.entry("karras1d", karras("--data", "toy:waves", "--attention-sizes", 16)),
      Map.entry(
          "karras3d",
          karras(
              "--frames",
              2,
              "--attention-sizes",
              "4,8",
              "--halvings",
              "image,all",
              "--factorized")),
      Map.entry(
          "dit",
          List.of(
              "--layers", 2, "--heads", 2, "--head-dim", 8, "--patch-size", 4, "--dropout", 0.1)),
      Map.entry(
          "uvit",
          List.of(
              "--dim",
              8,
              "--mults",
              "1,2",
              "--depth",
              1,
              "--heads",
              2,
              "--head-dim",
              4,
              "--dropout",
              0.1)),
      Map.entry(
          "mp-transformer",
          List.of("--dim", 16, "--depth", 2, "--head-dim", 8, "--fourier-dim", 4)),
      // Processes, with a small network each.
      Map.entry("process continuous", process("continuous", "--self-condition")),
      Map.entry(
          "process edm",
          process(
              "edm",
              "--self-condition",
              "--sampler",
              "edm-heun",
              "--sample-steps",
              4,
              "--churn",
              2)),
      Map.entry("process edm-vp", process("edm-vp", "--sampler", "euler", "--sample-steps", 4)),
      Map.entry("process edm-ve", process("edm-ve", "--sampler", "euler", "--sample-steps", 4)),
      Map.entry(
          "process flow",
          process(
              "flow",
              "--candidates",
              2,
              "--sampler",
              "flow-heun",
              "--sample-steps",
              4,
              "--spacing",
              "shifted"))));

  private static List<Object> process(String kind, Object... more) {
    List<Object> words = new ArrayList<>(List.of(
        "--process",
        kind,
        "--dim",
        8,
        "--mults",
        "1,2",
        "--groups",
        4,
        "--heads",
        2,
        "--head-dim",
        4));
    words.addAll(List.of(more));
    return words;
  }

  private static List<Object> karras(Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("--dim", 8, "--dim-max", 12, "--head-dim", 4, "--fourier-dim", 4));
    words.addAll(List.of(more));
    return words;
  }

  @TempDir
  private Path folder;

  static List<String> networks() {
    return List.copyOf(SMALL.keySet());
  }

  @Test
  void thereAreNoOthers() {
    assertEquals(
        networks(),
        Stream.concat(
                Networks.CATALOG.kinds().stream()
                    .filter(kind -> kind.defaults().role() == Role.DENOISER
                        && !kind.defaults().attends())
                    .map(Kind::name)
                    .filter(name -> !name.startsWith("test-")),
                Processes.CATALOG.names().stream()
                    .filter(name -> !name.equals("discrete"))
                    .map(name -> PROCESS + name))
            .sorted()
            .toList());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void isTrainedKilledResumedAndSampled(String network) throws IOException {
    Path whole = folder.resolve("whole"), killed = folder.resolve("killed");
    Shell.run(train(network, whole)).succeeds();
    assertEquals(STEPS, Files.readAllLines(whole.resolve("log.jsonl")).size());

    kill(killed, Recipes.read(whole.resolve("config.json")));
    Shell.run("train", "--resume", killed, "--device", "cpu").succeeds();
    for (String part : List.of("model", "ema", "optimizer")) {
      String file = Text.of("checkpoints/step-%06d/%s.safetensors", STEPS, part);
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(killed.resolve(file)), file);
    }

    Path out = folder.resolve("samples.npy");
    assertArrayEquals(sampled(whole), sampled(killed));
    Shell.run(
            "sample",
            "--run",
            killed,
            "--device",
            "cpu",
            "--count",
            2,
            "--steps",
            2,
            "--weights",
            "raw",
            "--out",
            out)
        .succeeds();
    assertTrue(Files.size(out) > 0);
  }

  private Object[] train(String network, Path run) throws IOException {
    List<Object> words = new ArrayList<>(List.of(
        "train",
        "--network",
        network.startsWith(PROCESS) ? "unet" : network,
        "--device",
        "cpu",
        "--run",
        run,
        "--steps",
        STEPS,
        "--batch",
        2,
        "--checkpoint-every",
        CHECKPOINT_EVERY,
        "--samples",
        0));
    if (!SMALL.get(network).contains("--data")) {
      words.addAll(List.of("--data", TinyData.idx(folder.resolve("pictures.idx"))));
    }
    words.addAll(SMALL.get(network));
    return words.toArray();
  }

  /** Ends as a kill does: nothing is saved or flushed on purpose. */
  private static void kill(Path run, Recipe recipe) throws IOException {
    Trainer trainer = new Trainer(
        recipe,
        new RunFolder(run).create(),
        recipe.data().open(),
        Backends.cpu(),
        new TrainingListener() {
          @Override
          public void stepped(TrainingLog.Line line) {
            if (line.step() == KILLED_AFTER) {
              throw new IllegalStateException("killed");
            }
          }
        });
    assertThrows(IllegalStateException.class, trainer::run);
  }

  private float[] sampled(Path run) throws IOException {
    Path out = folder.resolve("samples.safetensors");
    Shell.run(
            "sample",
            "--run",
            run,
            "--device",
            "cpu",
            "--count",
            3,
            "--sampler",
            "ddim",
            "--steps",
            3,
            "--out",
            out)
        .succeeds();
    float[] values = SafeTensors.read(out).floats("samples");
    Files.delete(out);
    for (float value : values) {
      assertTrue(Float.isFinite(value), "got " + value);
    }
    return values;
  }
}
