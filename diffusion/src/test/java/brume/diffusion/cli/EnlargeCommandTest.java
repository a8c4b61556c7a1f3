package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.image.Picture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.Samples;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that learn to enlarge pictures: trained, killed, resumed and drawn from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnlargeCommandTest {

  private static final int STEPS = 20, KILLED_AFTER = 13, SIZE = 8 * 8;

  @TempDir
  private static Path trained;

  @TempDir
  private Path folder;

  private Path data = Path.of("");
  private Path run = Path.of("");
  private Path small = Path.of("");

  @BeforeAll
  void train() throws IOException {
    data = TinyData.idx(trained.resolve("pictures.idx"));
    run = trained.resolve("run");
    Shell.run(TinyData.train(words(run, "--steps", STEPS, "--checkpoint-every", 5, "--lr", 0.01)))
        .succeeds();
    small = picture("small.png", 0);
  }

  private Object[] words(Path to, Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("--data", data, "--run", to, "--condition", "super-resolution"));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private static Path picture(String name, int add) throws IOException {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 16; i++) {
      image.getRaster().setSample(i % 4, i / 4, 0, (16 * i + add) % 256);
    }
    Path file = trained.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Shell enlarge(Path from, Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("enlarge", "--run", from, "--device", "reference", "--out", out()));
    words.addAll(Arrays.asList(more));
    return Shell.run(words.toArray());
  }

  private Path out() {
    return folder.resolve("large.safetensors");
  }

  private float[] enlarged(Path from, Object... more) throws IOException {
    Files.deleteIfExists(out());
    enlarge(from, more).succeeds();
    float[] drawn = SafeTensors.read(out()).floats("samples");
    for (float value : drawn) {
      assertTrue(Float.isFinite(value), "got " + value);
    }
    return drawn;
  }

  @Test
  void aKilledRunEndsInTheSameBits() throws IOException {
    Path killed = folder.resolve("killed");
    Trainer trainer = new Trainer(
        Recipes.read(run.resolve("config.json")),
        new RunFolder(killed).create(),
        Recipes.read(run.resolve("config.json")).data().open(),
        Backends.reference(),
        new TrainingListener() {
          @Override
          public void stepped(TrainingLog.Line line) {
            if (line.step() == KILLED_AFTER) {
              throw new IllegalStateException("killed");
            }
          }
        });
    assertThrows(IllegalStateException.class, trainer::run);
    Shell.run("train", "--resume", killed, "--device", "reference").succeeds();
    for (String part : List.of("model", "ema", "optimizer")) {
      String file = Text.of("checkpoints/step-%06d/%s.safetensors", STEPS, part);
      assertArrayEquals(
          Files.readAllBytes(run.resolve(file)), Files.readAllBytes(killed.resolve(file)), file);
    }
    assertArrayEquals(
        Files.readAllBytes(run.resolve("samples.png")),
        Files.readAllBytes(killed.resolve("samples.png")));
  }

  /** Grids of a run show triples: what is enlarged, what is drawn, what it was. */
  @Test
  void gridsShowWhatItWasBesideIt() throws IOException {
    BufferedImage grid = ImageIO.read(run.resolve("samples.png").toFile());
    int scale = 4, gap = 2;
    assertEquals(3 * 8 * scale + 4 * gap, grid.getWidth());
    for (int y = 0; y < 8; y += 2) {
      for (int x = 0; x < 8; x += 2) {
        int[] square = new int[4];
        for (int i = 0; i < 4; i++) {
          int right = gap + 2 * (8 * scale + gap) + (x + i % 2) * scale;
          square[i] = grid.getRaster().getSample(right, gap + (y + i / 2) * scale, 0);
        }
        double mean = Arrays.stream(square).average().orElseThrow();
        assertEquals(
            mean,
            grid.getRaster().getSample(gap + x * scale, gap + y * scale, 0),
            0.51,
            x + " " + y);
      }
    }
  }

  @Test
  void samplesDependOnThePictureItsNoiseAndTheirNumberAlone() throws IOException {
    float[] all = enlarged(run, "--image", small);
    assertEquals(4 * SIZE, all.length);
    assertArrayEquals(all, enlarged(run, "--image", small, "--batch", 3));
    assertArrayEquals(
        Arrays.copyOfRange(all, 2 * SIZE, 3 * SIZE), enlarged(run, "--image", small, "--seeds", 2));
    assertFalse(Arrays.equals(all, enlarged(run, "--image", picture("other.png", 99))));
    float[] noisy = enlarged(run, "--image", small, "--noise-level", 0.4);
    assertFalse(Arrays.equals(all, noisy));
    assertArrayEquals(
        Arrays.copyOfRange(noisy, 2 * SIZE, 3 * SIZE),
        enlarged(run, "--image", small, "--noise-level", 0.4, "--seeds", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ddpm",
        "euler",
        "heun",
        "dpmpp-2m",
        "dpmpp-sde",
        "unipc",
        "pndm",
        "lms",
        "deis",
        "kdpm2"
      })
  void everySamplerEnlarges(String sampler) throws IOException {
    assertEquals(
        SIZE,
        enlarged(run, "--image", small, "--count", 1, "--sampler", sampler, "--steps", 4).length);
  }

  /** Self-conditioned, with learned variances, in patches, in continuous time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--self-condition --patch 2",
        "--objective hybrid --variance learned-range --predict epsilon",
        "--process edm --sampler edm-heun --sample-steps 3",
        "--process continuous --log-snr learned",
        "--candidates 2 --accumulate 2",
        "--factor 4 --low-noise 0",
      })
  void othersAreTrainedAndEnlarge(String options) throws IOException {
    Path other = folder.resolve("other");
    String tiny =
        "train --device reference --dim 8 --mults 1,2 --groups 4 --heads 2 --head-dim 4 --batch 2"
            + " --steps 2 --samples 3";
    List<Object> words = new ArrayList<>(Arrays.asList(tiny.split(" ")));
    words.addAll(Arrays.asList(words(other)));
    words.addAll(Arrays.asList(options.split(" ")));
    if (!options.contains("--sample-steps")) {
      words.addAll(List.of("--sample-steps", 2));
    }
    Shell.run(words.toArray()).succeeds();
    assertTrue(Files.exists(other.resolve("samples.png")));
    assertEquals(SIZE, enlarged(other, "--image", small, "--count", 1, "--steps", 2).length);
  }

  @Test
  void aProgramEnlargesLikeTheCommand() throws IOException {
    float[] drawn = enlarged(run, "--image", small, "--count", 1);
    byte[] bytes = new byte[16];
    for (int i = 0; i < 16; i++) {
      bytes[i] = (byte) (16 * i);
    }
    List<Picture> large = Samples.enlarged(
        new RunFolder(run), List.of(Picture.of(4, 4, 1, bytes)), 0, Backends.reference());
    assertArrayEquals(Picture.of(8, 8, 1, drawn, 0).toBytes(), large.get(0).toBytes());
    assertThrows(
        IllegalArgumentException.class,
        () -> Samples.of(new RunFolder(run), 1, Backends.reference()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Samples.enlarged(
            new RunFolder(run),
            List.of(Picture.of(2, 2, 1, new byte[4])),
            0,
            Backends.reference()));
  }

  @Test
  void theRecipeSaysWhatIsShown() throws IOException {
    Recipe recipe = Recipes.read(run.resolve("config.json"));
    assertEquals(3, recipe.task().channels(), "data, small picture, level");
    assertEquals(1, recipe.task().outChannels());
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() {
    for (String command : List.of("sample", "eval", "likelihood", "interpolate", "export")) {
      boolean isExport = command.equals("export");
      Shell.run(command, "--run", run, isExport ? "--out" : "--device", isExport ? folder : "cpu")
          .fails(
              2,
              Text.of(
                  "--run: expected a run that draws from noise alone, got %s, which enlarges pictures; draw with"
                      + " brume enlarge",
                  run));
    }
    enlarge(run)
        .fails(2, "--image: expected to be given, it is missing; see 'brume enlarge --help'");
    enlarge(run, "--image", small, "--noise-level", 0.7)
        .fails(2, "--noise-level: expected 0 to 0.5, as the run has seen in training, got 0.7");
    enlarge(run, "--image", small, "--sampler", "ddim-inverse", "--steps", 3)
        .fails(
            2,
            "--sampler: expected one that draws from noise, such as ddim, got one that finds the noise of a"
                + " picture");
    enlarge(folder, "--image", small)
        .fails(
            1,
            "--run: expected the folder of a run with its config.json, got " + folder
                + "; make one with brume train");
    Path to = folder.resolve("never");
    Shell.run(TinyData.train(words(to, "--factor", 3)))
        .fails(2, "--factor: expected a divisor of height and width of the samples, 8x8, got 3");
    Shell.run("train", "--objective", "super-resolution", "--run", to)
        .fails(
            2,
            "--objective: expected one of denoising, hybrid, kl, weighted, classifier, autoencoder, contrastive, got super-resolution,"
                + " which is one of the conditions");
    Shell.run("train", "--objective", "classifier", "--condition", "super-resolution", "--run", to)
        .fails(
            2,
            "--condition: expected none with --objective classifier, which must find out what it would be told,"
                + " got another");
    Shell.run("train", "--guidance", 3, "--condition", "super-resolution", "--run", to)
        .fails(
            2,
            "--guidance: expected none, as the network is told no classes; train it with --condition labels");
  }
}
