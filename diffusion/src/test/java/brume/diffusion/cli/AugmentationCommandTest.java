package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.network.Networks;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.nn.Denoiser;
import brume.nn.Pass;
import brume.nn.Query;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs whose pictures are changed by chance. */
class AugmentationCommandTest {

  private static final String UNET2D =
      "--widths 8,16 --down-blocks plain,attention --up-blocks attention,plain --head-dim 4 --groups 4";
  private static final String KARRAS = "--dim 8 --dim-max 12 --head-dim 4 --fourier-dim 4";
  private static final Map<String, String> SMALL = new TreeMap<>(Map.of(
      "unet", "--dim 8 --mults 1,2 --groups 4 --heads 2 --head-dim 4",
      "ddpm", "--dim 8 --mults 1,2 --attention off,on --groups 4",
      "conditional", "--dim 8 --time-dim 8 --levels 2 --groups 4",
      "unet2d", UNET2D,
      "song", "--dim 8 --mults 1,2 --blocks-per-level 1 --attention-sizes 4",
      "adm", "--dim 8 --mults 1,2 --blocks-per-level 1 --head-dim 8",
      "karras", KARRAS + " --attention-sizes 4",
      "dit", "--layers 2 --heads 2 --head-dim 8 --patch-size 4",
      "uvit", "--dim 8 --mults 1,2 --depth 1 --heads 2 --head-dim 4",
      "mp-transformer", "--dim 16 --depth 2 --head-dim 8 --fourier-dim 4"));

  @TempDir
  private Path folder;

  private Path data;

  @BeforeEach
  void write() throws IOException {
    data = TinyData.idx(folder.resolve("tiny.idx"));
  }

  private Shell train(String run, String options) {
    List<Object> words = new ArrayList<>(List.of("train", "--device", "cpu", "--samples", 0));
    words.addAll(List.of("--batch", 4, "--run", folder.resolve(run)));
    words.addAll(Arrays.asList(options.split(" ")));
    if (!options.contains("--data")) {
      words.addAll(List.of("--data", data));
    }
    return Shell.run(words.toArray());
  }

  private Path checkpoint(String run, int step) {
    return folder.resolve(run).resolve("checkpoints/step-00000" + step);
  }

  static Set<String> networks() {
    return SMALL.keySet();
  }

  @Test
  void otherNetworksCannotBeTold() {
    Set<String> hearing = new TreeSet<>();
    Networks.CATALOG.kinds().stream()
        .filter(kind -> kind.defaults().hearsOfChanges())
        .forEach(kind -> hearing.add(kind.name()));
    assertEquals(SMALL.keySet(), hearing);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theNetworkLearnsWhatItIsToldAndSamplesAreOfPicturesToWhichNothingWasDone(String network)
      throws IOException {
    train(
            "run",
            "--network " + network + " " + SMALL.get(network)
                + " --augmentation edm --augment-probability 1 --steps 8")
        .succeeds();
    RunFolder run = new RunFolder(folder.resolve("run"));
    Recipe recipe = Recipes.read(run.config());
    Checkpoint last = new Checkpoints(run).newest().orElseThrow();
    Device device = Backends.cpu();
    try (Scope scope = Scope.open()) {
      Model model = SavedModel.load(recipe, last, "raw", device);
      Tensor weight = model.parameters().stream()
          .filter(p -> p.path().equals("augmentation.weight"))
          .findFirst()
          .orElseThrow()
          .variable()
          .value();
      assertEquals(9, weight.shape().dim(1));
      assertTrue(Arrays.stream(weight.toDoubles()).anyMatch(w -> w != 0), "it has moved");

      double[] alike = ask(model, device);
      assertArrayEquals(alike, ask(model.told(model, new double[18]), device));
      double[] turned = new double[18];
      turned[3] = -2;
      double[] other = ask(model.told(model, turned), device);
      int half = alike.length / 2;
      assertFalse(
          Arrays.equals(Arrays.copyOf(alike, half), Arrays.copyOf(other, half)), "it listens");
      assertArrayEquals(
          Arrays.copyOfRange(alike, half, 2 * half),
          Arrays.copyOfRange(other, half, 2 * half),
          1e-6);
    }
  }

  private static double[] ask(Denoiser model, Device device) {
    Shape shape = Shape.of(2, 8, 8, 1);
    double[] x = new double[shape.size()];
    RandomKey.of(1).fillNormal(0, x, 0, x.length);
    Variable xt = Variable.constant(Tensor.of(device, shape, x));
    return model
        .predict(Query.of(xt, new double[] {3, 500}, Pass.inference()))
        .value()
        .toDoubles();
  }

  @Test
  void aRunThatIsContinuedEndsInTheSameBits() throws IOException {
    String options =
        SMALL.get("unet") + " --augmentation edm --augment-by mirror,turn,move,scale,hue"
            + " --augment-probability 0.5 --rate constant --accumulate 2 --channels 3 --data "
            + TinyData.images(folder.resolve("pictures"), 9) + " --size 8 --steps ";
    train("whole", options + 4).succeeds();
    train("stopped", options + 2).succeeds();
    Shell.run("train", "--resume", folder.resolve("stopped"), "--steps", 4).succeeds();
    for (String part : List.of("model", "ema", "optimizer")) {
      assertArrayEquals(
          Files.readAllBytes(checkpoint("whole", 4).resolve(part + ".safetensors")),
          Files.readAllBytes(checkpoint("stopped", 4).resolve(part + ".safetensors")),
          part);
    }
    train("plain", (options + 4).replaceAll("--aug.*0.5 ", "")).succeeds();
    train("gray", (options + 4).replace("edm --augment-by mirror,turn,move,scale,hue", "grayscale"))
        .succeeds();
    float[] plain = firstLayer("plain");
    assertFalse(Arrays.equals(plain, firstLayer("whole")));
    assertFalse(Arrays.equals(plain, firstLayer("gray")));
  }

  private float[] firstLayer(String run) throws IOException {
    return SafeTensors.read(checkpoint(run, 4).resolve("model.safetensors"))
        .floats("init_conv.weight");
  }

  @Test
  void otherProgramsGetTheNetworkWithoutWhatItWasTold() throws IOException {
    train("run", "--network unet2d " + UNET2D + " --augmentation edm --steps 2").succeeds();
    Path run = folder.resolve("run"), out = folder.resolve("out");
    Shell.run("export", "--run", run, "--out", out).succeeds();
    SafeTensors learned = SafeTensors.read(checkpoint("run", 2).resolve("ema.safetensors"));
    Set<String> expected = new TreeSet<>(learned.names());
    assertTrue(expected.remove("augmentation.weight"));
    SafeTensors written = SafeTensors.read(out.resolve("unet/diffusion_pytorch_model.safetensors"));
    assertEquals(expected, new TreeSet<>(written.names()));
    assertArrayEquals(sampled("--run", run), sampled("--from", out));
  }

  private float[] sampled(Object... place) throws IOException {
    List<Object> words = new ArrayList<>(List.of("sample"));
    words.addAll(Arrays.asList(place));
    Path out = folder.resolve("samples.safetensors");
    Files.deleteIfExists(out);
    words.addAll(List.of("--count", 2, "--steps", 3, "--device", "reference", "--out", out));
    Shell.run(words.toArray()).succeeds();
    return SafeTensors.read(out).floats("samples");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    train("run", "--augmentation edm --network mlp")
        .fails(
            2,
            "--augmentation: expected none with this --network, which cannot be told what was done to"
                + " pictures, got another");
    train("run", "--augmentation edm --data toy:waves")
        .fails(2, "--augmentation: expected none with --data that are no pictures, got edm");
    train("run", "--augmentation edm --data moving --network karras3d --frames 8")
        .fails(2, "--augmentation: expected none with --data that are no pictures, got edm");
    train("run", "--augmentation edm --augment-by scale,saturation")
        .fails(2, "--augment-by: expected no saturation, which pictures of 1 channel do not have");
    train("run", "--augmentation grayscale")
        .fails(2, "--augmentation: expected none with pictures that have no colors, got grayscale");
    train("run", "--augmentation edm --augment-by scale,scale")
        .fails(2, "--augment-by: expected each change once, got one twice");
    train("run", "--augmentation edm --augment-by scale --augment-probability 0")
        .fails(
            2,
            "--augment-probability: expected more than 0, which changes nothing, got 0; choose"
                + " --augmentation none");
    assertFalse(Files.exists(folder.resolve("run")));
  }

  @Test
  void onlySquaresAreTurned() throws IOException {
    Path pictures = TinyData.images(folder.resolve("pictures"), 3);
    train("run", "--augmentation edm --augment-by turn --size 8x12 --data " + pictures)
        .fails(2, "--augment-by: expected no turn, as pictures of 8x12 are not square");
  }
}
