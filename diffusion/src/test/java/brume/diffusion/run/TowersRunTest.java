package brume.diffusion.run;

import static brume.autograd.function.resample.Resize.resizeBilinear;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Variable;
import brume.diffusion.data.Dataset;
import brume.diffusion.network.TowersSettings;
import brume.diffusion.objective.Conditions;
import brume.diffusion.objective.Objectives;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.settings.SettingException;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.text.Clip;
import brume.nn.text.TokenRows;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run of towers is asked by others what it says of texts and pictures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TowersRunTest {

  private static final Device CPU = Backends.cpu();
  private static final List<String> TEXTS = List.of("black", "white and bright", "");
  private static final int LENGTH = 6, DIM = 8, PROJECTION = 5;

  @TempDir
  private static Path folder;

  private RunFolder run = new RunFolder(Path.of(""));

  /** Black pictures and white ones in turn, each said in two ways. */
  private record Shades(boolean captioned) implements Dataset {
    @Override
    public int size() {
      return 20;
    }

    @Override
    public int height() {
      return 4;
    }

    @Override
    public int width() {
      return 4;
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public String caption(int index, double chance) {
      String shade = index % 2 == 0 ? "black" : "white";
      return chance < 0.5 ? shade : shade + " and bright";
    }

    @Override
    public void read(int index, boolean flipped, float[] into, int offset) {
      for (int i = 0; i < pictureLength(); i++) {
        into[offset + i] = index % 2;
      }
    }

    @Override
    public String source() {
      return "shades";
    }
  }

  @BeforeAll
  void train() throws IOException {
    run = new RunFolder(folder.resolve("text"));
    training(true).withSteps(3).run(run.path());
  }

  private static Training training(boolean captioned) {
    Training usual = Training.on(new Shades(captioned), CPU)
        .with(
            new TowersSettings(2, 2, 2, DIM / 2, PROJECTION, 530, LENGTH, 0),
            new Objectives.Contrastive(2));
    return new Training(
        usual.recipe().withPatch(1), usual.data(), usual.device(), usual.listener());
  }

  private static double[] numbers(Variable some) {
    return some.value().toDoubles();
  }

  @Test
  void saysTheLastStatesOfTheTextTower() throws IOException {
    try (Scope scope = Scope.open()) {
      TextEncoder words = TowersRun.open(run, CPU).words(0);
      Context said = words.said(TEXTS);
      assertEquals(Shape.of(3, LENGTH, DIM), said.tokens().shape());
      assertEquals(DIM, words.channels());
      assertTrue(said.shown().isEmpty(), "padding is seen, as it was trained");

      double[] vectors = numbers(said.vector().orElseThrow());
      double square = 0;
      for (int i = 0; i < PROJECTION; i++) {
        square += vectors[i] * vectors[i];
      }
      assertEquals(PROJECTION, square, 1e-4);

      Model model = newest();
      TokenRows rows = model.encoders().words().orElseThrow().rows(TEXTS);
      assertArrayEquals(
          numbers(Clip.of(model).text().encode(rows, Pass.inference()).normalized(0)),
          numbers(said.tokens()));
    }
  }

  @Test
  void leavesOutLayersOfTheTextTower() throws IOException {
    try (Scope scope = Scope.open()) {
      TowersRun towers = TowersRun.open(run, CPU);
      Model model = newest();
      TokenRows rows = model.encoders().words().orElseThrow().rows(TEXTS);
      assertArrayEquals(
          numbers(Clip.of(model).text().encode(rows, Pass.inference()).normalized(1)),
          numbers(towers.words(1).said(TEXTS).tokens()));
      SettingException none = assertThrows(SettingException.class, () -> towers.words(2));
      assertEquals(
          "{skipped}: expected less than the 2 layers of the text tower, got 2", none.getMessage());
    }
  }

  /** The average of the newest checkpoint. */
  private Model newest() throws IOException {
    Recipe recipe = Recipes.read(run.config());
    Checkpoint newest = new Checkpoints(run).newest().orElseThrow();
    return SavedModel.load(recipe, newest, "average", CPU);
  }

  @Test
  void tellsDirectionsOfTextsAndPictures() throws IOException {
    try (Scope scope = Scope.open()) {
      TowersRun towers = TowersRun.open(run, CPU);
      Tensor x = Tensor.of(CPU, Shape.of(2, 4, 4, 1), new float[2 * 16]);
      Variable pictures = towers.pictures().seen(x);
      assertEquals(Shape.of(2, PROJECTION), pictures.shape());
      assertEquals(PROJECTION, towers.pictures().channels());
      Clip clip = Clip.of(newest());
      double[] directions = numbers(clip.ofPictures(Variable.constant(x), Pass.inference()));
      double unit = Math.sqrt(PROJECTION);
      assertArrayEquals(
          Arrays.stream(directions).map(each -> each * unit).toArray(), numbers(pictures), 1e-5);
      Variable texts = towers.directions(TEXTS);
      double length = 0;
      for (int i = 0; i < PROJECTION; i++) {
        length += numbers(texts)[i] * numbers(texts)[i];
      }
      assertEquals(Shape.of(3, PROJECTION), texts.shape());
      assertEquals(1, length, 1e-6);
    }
  }

  @Test
  void tellsHowClosePicturesAreToTheirTexts() throws IOException {
    try (Scope scope = Scope.open()) {
      TowersRun towers = TowersRun.open(run, CPU);
      float[] pixels = new float[4 * 16];
      Arrays.fill(pixels, 16, 48, 1);
      Tensor x = Tensor.of(CPU, Shape.of(4, 4, 4, 1), pixels);
      double[] texts = numbers(towers.directions(TEXTS));
      double[] pictures = numbers(towers.pictures().seen(x));
      double[] fits =
          towers.fit(List.of("white and bright", "", "white and bright")).of(5, x);
      int[] rows = {1, 1, 2, 1}; // texts of the samples 5 to 8
      for (int n = 0; n < 4; n++) {
        double cosine = 0;
        for (int c = 0; c < PROJECTION; c++) {
          cosine += texts[rows[n] * PROJECTION + c] * pictures[n * PROJECTION + c];
        }
        assertEquals(cosine, fits[n], 1e-6);
      }
    }
  }

  @Test
  void looksSeveralTimesAtWhatItCompares() throws IOException {
    try (Scope scope = Scope.open()) {
      TowersRun towers = TowersRun.open(run, CPU);
      float[] pixels = new float[16];
      pixels[5] = 1; // row 1, column 1
      int[][] moved = {{5}, {10}, {0}, {2}, {8}}; // by none, and by one to each corner
      double[] text = numbers(towers.directions(List.of("white and bright")));
      double mean = 0;
      for (int[] each : moved) {
        float[] other = new float[16];
        other[each[0]] = 1;
        double[] seen =
            numbers(towers.pictures().seen(Tensor.of(CPU, Shape.of(1, 4, 4, 1), other)));
        for (int c = 0; c < PROJECTION; c++) {
          mean += text[c] * seen[c] / moved.length;
        }
      }
      Tensor x = Tensor.of(CPU, Shape.of(1, 4, 4, 1), pixels);
      assertEquals(mean, towers.fit(List.of("white and bright")).of(0, x)[0], 1e-6);
    }
  }

  @Test
  void edgesOfMovedPicturesAreRepeated() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(CPU, Shape.of(1, 2, 2, 2), new float[] {1, 2, 3, 4, 5, 6, 7, 8});
      assertArrayEquals(
          new float[] {1, 2, 1, 2, 1, 2, 1, 2}, new Nudges(1, 1).of(x).toFloats());
      assertArrayEquals(
          new float[] {3, 4, 3, 4, 7, 8, 7, 8}, new Nudges(-1, 0).of(x).toFloats());
    }
  }

  @Test
  void picturesOfAnotherSizeAreBroughtToThatOfTheTower() throws IOException {
    try (Scope scope = Scope.open()) {
      Choice.Fit fit = TowersRun.open(run, CPU).fit(List.of("white and bright"));
      float[] small = new float[16], large = new float[64], half = new float[4];
      for (int i = 0; i < 16; i++) {
        small[i] = i % 7 - 3;
        int corner = i / 4 * 16 + i % 4 * 2; // of a square of four pixels with this mean
        large[corner] = large[corner + 9] = small[i] + 1;
        large[corner + 1] = large[corner + 8] = small[i] - 1;
      }
      double expected = fit.of(0, Tensor.of(CPU, Shape.of(1, 4, 4, 1), small))[0];
      assertEquals(expected, fit.of(0, Tensor.of(CPU, Shape.of(1, 8, 8, 1), large))[0], 1e-6);
      half[2] = 1;
      Tensor between = Tensor.of(CPU, Shape.of(1, 2, 2, 1), half);
      Tensor enlarged = resizeBilinear(Variable.constant(between), 4, 4).value();
      assertEquals(fit.of(0, enlarged)[0], fit.of(0, between)[0], 1e-6);
    }
  }

  @Test
  void picturesOfAnotherShapeAreNotCompared() throws IOException {
    Recipe recipe = Recipes.plain().with(new Conditions.Texts(run.path().toString(), 0.1, DIM, 0));
    try (Scope scope = Scope.open()) {
      Encoders encoders = Encoders.open(recipe, new RunFolder(folder), CPU);
      assertEquals(1, encoders.fit(TEXTS, Shape.of(4, 4, 1)).of(0, black()).length);
      IllegalArgumentException other = assertThrows(
          IllegalArgumentException.class, () -> encoders.fit(TEXTS, Shape.of(8, 4, 1)));
      assertEquals(
          "{bestOf}: expected 1, as the towers look at pictures of (4, 4, 1) (height, width, channels) and those"
              + " that are drawn have (8, 4, 1), got more",
          other.getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> Encoders.none().fit(TEXTS, Shape.of(4, 4, 1)));
    }
  }

  private static Tensor black() {
    return Tensor.of(CPU, Shape.of(1, 4, 4, 1), new float[16]);
  }

  @Test
  void countsTokensThatAreLost() throws IOException {
    try (Scope scope = Scope.open()) {
      TextEncoder words = TowersRun.open(run, CPU).words(0);
      assertEquals(0, words.cut("white and bright"));
      assertEquals(3, words.cut("? ? ? ? ? ? ?")); // 7 tokens and two marks
    }
  }

  @Test
  void towersWhoseWordsAreNotToldMayJudge() throws IOException {
    RunFolder judge = new RunFolder(folder.resolve("judge"));
    training(true).withSteps(1).run(judge.path());
    Conditions.Texts alone = new Conditions.Texts("text", 0.1, DIM, 0);
    Conditions.Texts judged = new Conditions.Texts("text", 0.1, DIM, 0, "judge");
    assertEquals(List.of("text"), Recipes.plain().with(alone).buildsOn());
    assertEquals(List.of("text", "judge"), Recipes.plain().with(judged).buildsOn());
    try (Scope scope = Scope.open()) {
      double[] own = numbers(TowersRun.open(run, CPU).words(0).said(TEXTS).tokens());
      double[] others = TowersRun.open(judge, CPU).fit(TEXTS).of(0, black());
      for (Conditions.Texts condition : List.of(alone, judged)) {
        Recipe recipe = Recipes.plain().with(condition);
        Encoders encoders = Encoders.open(recipe, new RunFolder(folder), CPU);
        assertArrayEquals(
            own, numbers(encoders.texts().orElseThrow().said(TEXTS).tokens()));
        double[] fit = encoders.fit(TEXTS, Shape.of(4, 4, 1)).of(0, black());
        assertEquals(condition == judged, fit[0] == others[0]);
      }
      refuses(
          "expected the folder of a run that has learned to compare pictures with texts, found no config.json",
          Recipes.plain().with(new Conditions.Texts("text", 0.1, DIM, 0, "nowhere")));
    }
  }

  @Test
  void encodersNameWhatTheRecipeDoes() throws IOException {
    RunFolder asking = new RunFolder(folder);
    Recipe recipe = Recipes.plain().with(new Conditions.Texts("text", 0.1, 0, 0));
    Recipe resolved = Encoders.resolved(recipe, asking);
    assertEquals(new Conditions.Texts("text", 0.1, DIM, 0), resolved.condition());
    try (Scope scope = Scope.open()) {
      Encoders encoders = Encoders.open(resolved, asking, CPU);
      assertEquals(DIM, encoders.texts().orElseThrow().channels());
      assertTrue(encoders.words().isEmpty());
      assertFalse(encoders.texts().orElseThrow().said(TEXTS).tokens().requiresGradient());
      Recipe whole = recipe.with(new Conditions.Texts(run.path().toString(), 0.1, DIM, 0));
      assertTrue(Encoders.open(whole, new RunFolder(folder.resolve("x")), CPU).read());

      refuses(
          "expected a run that says 9 numbers of a word or a picture, as the recipe has it, got one that says 8",
          recipe.with(new Conditions.Texts("text", 0.1, 9, 0)));
      refuses(
          "expected the folder of a run that has learned to compare pictures with texts, found no config.json",
          recipe.with(new Conditions.Texts("nowhere", 0.1, DIM, 0)));
      RunFolder other = new RunFolder(folder.resolve("other")).create();
      Recipes.write(other.config(), Recipes.plain());
      refuses(
          "expected a run whose network compares pictures with texts, got one that tells noise from data",
          recipe.with(new Conditions.Texts("other", 0.1, DIM, 0)));
      RunFolder fresh = new RunFolder(folder.resolve("fresh")).create();
      Files.copy(run.config(), fresh.config());
      refuses(
          "got one without a checkpoint", recipe.with(new Conditions.Texts("fresh", 0.1, DIM, 0)));
    }
  }

  private static void refuses(String sentence, Recipe recipe) {
    IOException refused =
        assertThrows(IOException.class, () -> Encoders.open(recipe, new RunFolder(folder), CPU));
    assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
  }

  @Test
  void dataWithoutCaptionsAreRefused() {
    Training training = training(false);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> training.run(folder.resolve("without")));
    assertEquals(
        "data: expected samples with captions, which the network reads, got some without",
        refused.getMessage());
  }
}
