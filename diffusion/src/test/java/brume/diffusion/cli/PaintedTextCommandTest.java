package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.guidance.Guidances;
import brume.diffusion.guidance.Inpainting;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.run.Asked;
import brume.diffusion.run.Drawing;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.sampler.Spacings;
import brume.diffusion.sink.SampleNumbers;
import brume.tensor.Scope;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code brume inpaint} with runs that are told texts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PaintedTextCommandTest {

  private static final int SIDE = 16, SIZE = SIDE * SIDE * 3, SEED = 5;
  private static final String CIRCLE = "a red circle", SQUARE = "a blue square";

  @TempDir
  private static Path folder;

  private TinyTexts runs = new TinyTexts(Path.of(""));
  private Path picture = Path.of("");
  private Path mask = Path.of("");

  @BeforeAll
  void train() throws IOException {
    runs = new TinyTexts(folder).towers().latents();
    String texts = " --condition text --text-from " + runs.at("text");
    runs.train("pixels", SIDE, "--samples 0" + texts, TinyTexts.U_NET);
    runs.train(
        "untold",
        SIDE,
        "--samples 0 --network unet --dim 8 --mults 1,2 --latents autoencoder --latents-from "
            + runs.at("autoencoder"));
    picture = write("picture.png", 51, 204);
    mask = write("mask.png", 0, 255);
  }

  /** One level in the left half, and another in the right one. */
  private static Path write(String name, int left, int right) throws IOException {
    float[] values = new float[SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (isLeft(i) ? left : right) / 255f;
    }
    Path file = folder.resolve(name);
    Png.write(file, Picture.of(SIDE, SIDE, 3, values, 0));
    return file;
  }

  private static boolean isLeft(int i) {
    return i / 3 % SIDE < SIDE / 2;
  }

  @Test
  void theTextSaysWhatIsPaintedAndTheRestStays() throws IOException {
    for (String way : List.of(
        "--resample 1",
        "--resample 2 --resample-jump 1",
        "--sampler dpmpp-2m",
        "--resample 1 --guidance none")) {
      float[] circle = painted("pixels", way, "--prompt", CIRCLE);
      float[] square = painted("pixels", way, "--prompt", SQUARE);
      for (int i = 0; i < circle.length; i++) {
        if (isLeft(i)) {
          assertEquals(51 / 255f, circle[i], 1e-6f, way);
          assertEquals(51 / 255f, square[i], 1e-6f, way);
        }
      }
      assertTrue(farthest(circle, square) > 1e-3, way + ": another text, another picture");
    }
  }

  @Test
  void textsAreDrawnInTurn() throws IOException {
    float[] both =
        painted("pixels", "--resample 1 --count 2", "--prompt", CIRCLE, "--prompt", SQUARE);
    float[] second = painted("pixels", "--resample 1 --count 1 --first 1", "--prompt", SQUARE);
    assertArrayEquals(second, Arrays.copyOfRange(both, SIZE, 2 * SIZE));
  }

  @Test
  void aTextThatIsUnwantedIsLedAwayFrom() throws IOException {
    float[] plain = painted("pixels", "--resample 1", "--prompt", CIRCLE);
    assertArrayEquals(plain, painted("pixels", "--resample 1", "--prompt", CIRCLE));
    float[] away =
        painted("pixels", "--resample 1", "--prompt", CIRCLE, "--negative-prompt", SQUARE);
    assertTrue(farthest(plain, away) > 1e-3);
    inpaint("pixels", "--prompt", CIRCLE, "--negative-prompt", SQUARE, "--guidance", "none")
        .fails(
            2,
            "--negative-prompt: expected with --guidance above 1, which leads away from it, got none");
  }

  /** The same as by hand: latents, guidance, the best of two by the towers, and both ways to paint. */
  @Test
  void latentsArePaintedAsTheRecipeSays() throws IOException {
    for (String way : List.of("--resample 1", "--resample 2 --resample-jump 1")) {
      assertArrayEquals(
          byHand(way, CIRCLE),
          painted("drawn", way + " --count 2 --best-of 2", "--prompt", CIRCLE),
          way);
    }
  }

  private float[] byHand(String way, String text) throws IOException {
    float[] all = new float[2 * SIZE];
    try (Scope scope = Scope.open()) {
      Source source = source(2);
      new Drawing(
              painting(source, way),
              source.recipe().sampled(),
              Randomness.of(SEED),
              1,
              source.model().finish())
          .draw(
              asked(source, text),
              Backends.cpu(),
              SampleNumbers.first(2),
              0,
              (done, of, first, x) -> {},
              (first, values) ->
                  System.arraycopy(values, 0, all, (int) first * SIZE, values.length));
    }
    return all;
  }

  private Source source(int bestOf) throws IOException {
    String run = runs.at("drawn").toString();
    Recipe recipe = Sources.drawing(run)
        .with(
            new Samplers.Ddim(4, 0, new Spacings.Uniform(), NoiseEstimate.FROM_X0),
            new Guidances.Free(3, 0, 1, false))
        .withBestOf(bestOf);
    return Sources.run(run, recipe, null, "average", Backends.cpu());
  }

  private Inpainting painting(Source source, String way) throws IOException {
    String words = "--image " + picture + " --mask " + mask + " " + way;
    PaintedPicture options = CommandLine.populateCommand(new PaintedPicture(), words.split(" "));
    Canvas canvas = Canvas.of(source, Randomness.of(SEED), Backends.cpu());
    return (Inpainting) options.of(source.sampler(), canvas, Backends.cpu());
  }

  private static Asked asked(Source source, String text) {
    return Asked.told(source.model(), source.recipe(), List.of(text), List.of(""), SEED);
  }

  /** Pixels may change a little, as the decoder looks at all latents. */
  @Test
  void latentsThatStayAreThoseOfThePicture() throws IOException {
    try (Scope scope = Scope.open()) {
      Source source = source(1);
      Inpainting painting = painting(source, "--resample 2 --resample-jump 1");
      NoiseSource noise = Randomness.of(SEED).samples(0);
      Tensor start = noise.start(Backends.cpu(), painting.known().shape());
      Tensor drawn =
          painting.sample(asked(source, CIRCLE).of(0, 1), start, noise, SamplingListener.NONE);
      float[] known = painting.known().toFloats(), kept = painting.mask().toFloats();
      float[] got = drawn.toFloats();
      for (int i = 0; i < got.length; i++) {
        assertEquals(known[i], kept[i] == 1 ? got[i] : known[i]);
      }
      assertTrue(farthest(known, got) > 0.1, "and the others are drawn");
    }
  }

  @Test
  void oneOfSeveralIsKept() throws IOException {
    float[] all = painted("drawn", "--resample 1 --count 3", "--prompt", CIRCLE);
    float[] best = painted("drawn", "--resample 1 --count 1 --best-of 3", "--prompt", CIRCLE);
    assertTrue(IntStream.range(0, 3)
        .anyMatch(n -> Arrays.equals(best, Arrays.copyOfRange(all, n * SIZE, (n + 1) * SIZE))));
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() {
    inpaint("drawn")
        .fails(
            2, "--run: expected with --prompt TEXT, as this run draws what a text says, got none");
    inpaint("untold", "--prompt", CIRCLE)
        .fails(
            2,
            "--prompt: expected with a run that draws what a text says, got another model; with a folder that"
                + " does, brume sample --start PICTURE --mask PICTURE paints");
    Shell.run("sample", "--run", runs.at("untold"), "--prompt", CIRCLE)
        .fails(
            2,
            "--prompt: expected with a model that draws texts, a folder with a text_encoder or a run of"
                + " --condition text, got another");
  }

  private Shell inpaint(String run, Object... more) {
    List<Object> words = new ArrayList<>(List.of("inpaint", "--run", runs.at(run)));
    words.addAll(List.of("--image", picture, "--mask", mask, "--device", "cpu"));
    words.addAll(List.of("--seed", SEED, "--out", folder.resolve("painted.safetensors")));
    words.addAll(Arrays.asList(more));
    return Shell.run(words.toArray());
  }

  /** (N, H, W, C) in four steps and with guidance, unless told otherwise. */
  private float[] painted(String run, String way, Object... texts) throws IOException {
    List<Object> words = new ArrayList<>(List.of("--steps", 4));
    words.addAll(List.of(way.split(" ")));
    words.addAll(Arrays.asList(texts));
    if (!words.contains("--guidance")) {
      words.addAll(List.of("--guidance", 3));
    }
    if (!words.contains("--count")) {
      words.addAll(List.of("--count", 1));
    }
    Path out = folder.resolve("painted.safetensors");
    Files.deleteIfExists(out);
    inpaint(run, words.toArray()).succeeds();
    return SafeTensors.read(out).floats("samples");
  }

  private static double farthest(float[] one, float[] other) {
    return IntStream.range(0, one.length)
        .mapToDouble(i -> Math.abs(one[i] - other[i]))
        .max()
        .orElseThrow();
  }
}
