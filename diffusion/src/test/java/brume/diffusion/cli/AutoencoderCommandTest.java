package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.exchange.AutoencoderFile;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoints;
import brume.diffusion.run.Model;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.SavedModel;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.nn.autoencoder.AutoencoderKL;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import brume.tensor.kernel.RandomKernels;
import brume.tensor.random.RandomKey;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Autoencoders: trained, killed and resumed, shown, exported, and refused where others are meant. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AutoencoderCommandTest {

  private static final int STEPS = 20, KILLED_AFTER = 13;
  private static final Pattern PSNR =
      Pattern.compile("step (\\d+): 5 pictures .* PSNR of (\\S+) dB");

  @TempDir
  private static Path folder;

  private String told = "";

  @BeforeAll
  void train() {
    told = Shell.run(train("--run", at("run"))).succeeds().err();
  }

  private static Path at(String name) {
    return folder.resolve(name);
  }

  private static Object[] train(Object... more) {
    List<Object> words = new ArrayList<>(List.of("train", "--data", "shapes", "--size", 16));
    words.addAll(List.of("--network", "autoencoder", "--objective", "autoencoder"));
    words.addAll(List.of("--widths", "8,16", "--groups", 4, "--held-back", 5));
    words.addAll(List.of("--steps", STEPS, "--batch", 4, "--checkpoint-every", 5));
    words.addAll(List.of("--lr", 0.01, "--rate", "constant", "--device", "cpu"));
    words.addAll(List.of("--samples", 4, "--sample-every", 10));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  @Test
  void picturesComeBackBetterAndBetter() throws IOException {
    Matcher figures = PSNR.matcher(told);
    assertTrue(figures.find(), told);
    assertEquals(STEPS / 2, Integer.parseInt(figures.group(1)));
    double half = Double.parseDouble(figures.group(2));
    assertTrue(figures.find(), told);
    assertEquals(STEPS, Integer.parseInt(figures.group(1)));
    double whole = Double.parseDouble(figures.group(2));
    assertTrue(half > 5 && whole > half, half + " and " + whole);
    for (String file :
        List.of("samples/step-000010.png", "samples/step-000020.png", "samples.png")) {
      BufferedImage sheet = ImageIO.read(at("run").resolve(file).toFile());
      assertEquals(2 * sheet.getHeight(), sheet.getWidth(), 2, file); // two by two pairs
    }
  }

  @Test
  void aKilledRunEndsInTheSameBits() throws IOException {
    Path killed = at("killed");
    Recipe recipe = recipe();
    try (Dataset data = recipe.data().open()) {
      Trainer trainer = new Trainer(
          recipe,
          new RunFolder(killed).create(),
          data,
          Backends.cpu(),
          TrainingListener.ofSteps(AutoencoderCommandTest::kill));
      assertThrows(IllegalStateException.class, trainer::run);
    }
    Shell.run("train", "--resume", killed, "--device", "cpu").succeeds();
    for (String name : List.of("model", "ema", "optimizer")) {
      String file = "checkpoints/step-000020/" + name + ".safetensors";
      assertArrayEquals(
          Files.readAllBytes(at("run").resolve(file)),
          Files.readAllBytes(killed.resolve(file)),
          name);
    }
  }

  private static void kill(TrainingLog.Line line) {
    if (line.step() == KILLED_AFTER) {
      throw new IllegalStateException("killed");
    }
  }

  private static Recipe recipe() throws IOException {
    return Recipes.read(new RunFolder(at("run")).config());
  }

  @Test
  void anExportEncodesAndDecodesTheSame() throws IOException {
    Path out = at("exported");
    Shell.run("export", "--run", at("run"), "--out", out).succeeds();
    try (Scope scope = Scope.open()) {
      Device device = Backends.cpu();
      Model model = SavedModel.load(
          recipe(),
          new Checkpoints(new RunFolder(at("run"))).newest().orElseThrow(),
          "average",
          device);
      Tensor x = Tensor.empty(device, Shape.of(2, 16, 16, 3));
      RandomKernels.of(x).normal(RandomKey.of(1), 0, x);
      assertArrayEquals(
          again((AutoencoderKL) model.innermost(), x), again(AutoencoderFile.open(out, device), x));
    }
  }

  private static float[] again(AutoencoderKL network, Tensor x) {
    return network.decode(network.encode(Variable.constant(x)).mean()).value().toFloats();
  }

  @Test
  void latentsOfClassesAreLearnedAndDecoded() {
    Shell.run(
            "train",
            "--data",
            "shapes",
            "--size",
            16,
            "--most-shapes",
            1,
            "--latents",
            "autoencoder",
            "--latents-from",
            at("run"),
            "--condition",
            "labels",
            "--network",
            "ddpm",
            "--dim",
            8,
            "--mults",
            "1,2",
            "--groups",
            4,
            "--attention",
            "false",
            "--steps",
            3,
            "--batch",
            4,
            "--samples",
            4,
            "--sample-steps",
            2,
            "--device",
            "cpu",
            "--run",
            at("latents"))
        .succeeds();
    Shell.run(
            "sample",
            "--run",
            at("latents"),
            "--count",
            3,
            "--steps",
            2,
            "--device",
            "cpu",
            "--out",
            at("drawn"))
        .succeeds();
    assertTrue(Files.exists(at("latents").resolve("samples.png")));
    assertTrue(Files.exists(at("latents").resolve("denoising.gif")));
  }

  @Test
  void whatCannotBeIsRefused() {
    Shell.run("sample", "--run", at("run"), "--device", "cpu")
        .fails(
            2,
            "--run: expected a run that has learned to draw, got " + at("run")
                + ", whose network makes pictures smaller and large again");
    Shell.run("export", "--run", at("run"), "--layout", "brume", "--out", at("none"))
        .fails(
            2,
            "--layout: expected diffusers for a network that makes pictures smaller and large again, got brume");
    Shell.run("train", "--network", "autoencoder", "--run", at("none"))
        .fails(
            2,
            "--network: expected one that tells noise from data with --objective denoising, got one that makes"
                + " pictures smaller and large again");
    Shell.run(train("--size", 18, "--widths", "8,16,16", "--run", at("none")))
        .fails(
            2,
            "--widths: expected at most 2 levels, as 18 pixels cannot be halved more often, got 3; give fewer"
                + " --widths, or data whose sides are multiples of 4 times --patch");
  }
}
