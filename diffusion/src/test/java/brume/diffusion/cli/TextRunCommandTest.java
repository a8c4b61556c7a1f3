package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.Dataset;
import brume.diffusion.network.Latents;
import brume.diffusion.objective.Conditions;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.diffusion.run.Trainer;
import brume.diffusion.run.Training;
import brume.diffusion.run.TrainingListener;
import brume.diffusion.run.TrainingLog;
import brume.tensor.io.SafeTensors;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs that draw what texts say, and the runs they build upon. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextRunCommandTest {

  private static final int KILLED_AFTER = 4;
  private static final String[] U_NET = TinyTexts.U_NET;

  @TempDir
  private static Path folder;

  @BeforeAll
  void trainWhatTheyBuildUpon() {
    runs().towers().latents();
  }

  private static TinyTexts runs() {
    return new TinyTexts(folder);
  }

  private static Path at(String run) {
    return runs().at(run);
  }

  private static Shell train(String run, int size, String words, String... more) {
    return runs().train(run, size, words, more);
  }

  private static Shell sample(String run, String out, Object... more) {
    List<Object> all = new ArrayList<>(List.of(
        "sample", "--run", at(run), "--device", "cpu", "--count", 2, "--out", folder.resolve(out)));
    all.addAll(Arrays.asList(more));
    return Shell.run(all.toArray());
  }

  @Test
  void theSizesOfLatentsAreSpelledOut() throws IOException {
    Recipe recipe = Recipes.read(new RunFolder(at("drawn")).config());
    Latents.Encoded latents = (Latents.Encoded) recipe.latents();
    assertEquals(2, latents.factor());
    assertTrue(latents.scale() > 0);
    assertEquals(8, recipe.condition().tokenChannels());
    assertTrue(Files.exists(at("drawn").resolve("samples.png")));
  }

  @Test
  void aKilledRunEndsInTheSameBits() throws IOException {
    Recipe recipe = Recipes.read(new RunFolder(at("drawn")).config());
    Path killed = at("killed");
    Trainer trainer = new Trainer(
        recipe,
        new RunFolder(killed).create(),
        recipe.data().open(),
        Backends.cpu(),
        TrainingListener.ofSteps(TextRunCommandTest::kill));
    assertThrows(IllegalStateException.class, trainer::run);
    Shell.run("train", "--resume", killed, "--device", "cpu").succeeds();
    String model = "checkpoints/step-000006/ema.safetensors";
    assertArrayEquals(
        Files.readAllBytes(at("drawn").resolve(model)), Files.readAllBytes(killed.resolve(model)));
  }

  @Test
  void itsExportIsAFolderOfStableDiffusionThatDrawsTheSame() throws IOException {
    Path exported = at("pipeline");
    Shell.run("export", "--run", at("drawn"), "--out", exported).succeeds();
    float[] own = drawn("own", "--run", at("drawn"));
    assertArrayEquals(own, drawn("others", "--from", exported), 1e-4f);
    assertTrue(IntStream.range(0, own.length).anyMatch(i -> Math.abs(own[i]) < 0.9), "a picture");
    Shell.run("export", "--run", at("drawn"), "--out", exported)
        .fails(
            1,
            exported
                + ": expected a new folder, got one with something in it; choose another --out");
  }

  /** A sampler that never clips writes nothing of clipping, and the next one would. */
  @Test
  void othersDoNotClipItsLatents() throws IOException {
    train(
        "solved",
        16,
        "--latents autoencoder --latents-from " + at("autoencoder")
            + " --condition text --text-from " + at("text") + " --samples 0 --sampler dpmpp-2m",
        U_NET);
    Path exported = at("solvers");
    Shell.run("export", "--run", at("solved"), "--out", exported).succeeds();
    float[] own = drawn(
        "own",
        "--run",
        at("solved"),
        "--sampler",
        "ddim",
        "--spacing",
        "leading",
        "--steps-offset",
        1);
    assertArrayEquals(
        own, drawn("others", "--from", exported, "--sampler", "ddim"), 1e-4f, "as the run draws");
    Path scheduler = exported.resolve("scheduler/scheduler_config.json");
    String unclipped = Files.readString(scheduler);
    String clipped = unclipped.replaceFirst(",\\s*\"clip_sample\" ?: ?false", "");
    assertNotEquals(unclipped, clipped);
    Files.writeString(scheduler, clipped);
    float[] wrong = drawn("wrong", "--from", exported, "--sampler", "ddim");
    assertTrue(
        IntStream.range(0, own.length).anyMatch(i -> Math.abs(own[i] - wrong[i]) > 1e-3),
        "clipping would be seen");
  }

  @Test
  void aPictureIsBegunWithAsItsExportBegins() throws IOException {
    Path exported = at("beginning");
    Shell.run("export", "--run", at("drawn"), "--out", exported).succeeds();
    Path picture = folder.resolve("start.png");
    sample("drawn", "start.png", "--prompt", "a red circle", "--steps", 2).succeeds();
    Object[] start = {"--start", picture, "--strength", 0.5};
    float[] own = drawn("own", with(start, "--run", at("drawn")));
    assertArrayEquals(own, drawn("others", with(start, "--from", exported)), 1e-4f);
    float[] without = drawn("own", "--run", at("drawn"));
    assertTrue(
        IntStream.range(0, own.length).anyMatch(i -> Math.abs(own[i] - without[i]) > 0.05),
        "like the picture");
  }

  private static Object[] with(Object[] some, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  @Test
  void picturesBetweenTwoAreThoseOfItsLatents() throws IOException {
    Path out = folder.resolve("between.png");
    interpolated(out, "--prompt", "a red circle").succeeds();
    byte[] one = Files.readAllBytes(out);
    Path sheet = folder.resolve("sheet.png");
    interpolated(sheet, "--prompt", "a red circle", "--prompt", "a blue square").succeeds();
    assertFalse(Arrays.equals(one, Files.readAllBytes(sheet)), "another text at the end");
    interpolated(folder.resolve("data.png"), "--of-data", "--prompt", "a red circle")
        .succeeds();
    interpolated(out)
        .fails(
            2,
            "--run: expected with one --prompt TEXT, or one for either end, as this run draws what a text says,"
                + " got none");
  }

  private static Shell interpolated(Path out, Object... more) {
    Object[] words = {"interpolate", "--run", at("drawn"), "--frames", 3, "--device", "cpu"};
    return Shell.run(with(with(words, "--out", out), more));
  }

  private static float[] drawn(String name, Object... from) throws IOException {
    Path out = folder.resolve(name + ".npy.safetensors");
    List<Object> words = new ArrayList<>(List.of("sample", "--prompt", "a red circle"));
    words.addAll(List.of("--steps", 2, "--guidance", 3, "--seed", 5));
    words.addAll(List.of("--device", "cpu", "--out", out));
    words.addAll(Arrays.asList(from));
    if (!words.contains("--count")) {
      words.addAll(List.of("--count", 1));
    }
    Shell.run(words.toArray()).succeeds();
    return SafeTensors.read(out).floats("samples");
  }

  @Test
  void ofSeveralPicturesOneIsKept() throws IOException {
    Object[] run = {"--run", at("drawn")};
    float[] all = drawn("all", with(run, "--count", 6));
    float[] best = drawn("best", with(run, "--count", 2, "--best-of", 3));
    int size = all.length / 6;
    assertEquals(2 * size, best.length);
    for (int n = 0; n < 2; n++) {
      float[] kept = Arrays.copyOfRange(best, n * size, (n + 1) * size);
      long first = 3L * n;
      assertTrue(
          LongStream.range(first, first + 3)
              .anyMatch(i -> Arrays.equals(
                  kept, Arrays.copyOfRange(all, (int) i * size, (int) (i + 1) * size))),
          "one of three");
    }
    sample("drawn", "none.png", "--prompt", "a red circle", "--best-of", 0)
        .fails(2, "--best-of: expected 1 to 1024, got 0");
  }

  @Test
  void latentsThatAreKeptTrainTheSame() throws IOException {
    String words = "--latents autoencoder --latents-from " + at("autoencoder")
        + " --condition text --text-from " + at("text")
        + " --text-skip 1 --samples 0 --pool-heads 2";
    train("keeping", 16, words + " --cache-latents", U_NET);
    String model = "checkpoints/step-000006/model.safetensors";
    SafeTensors encoding = SafeTensors.read(at("drawn").resolve(model));
    SafeTensors keeping = SafeTensors.read(at("keeping").resolve(model));
    for (String name : encoding.names()) {
      assertArrayEquals(encoding.floats(name), keeping.floats(name), 1e-5f, name);
    }
    Path numbers = at("keeping").resolve("latents.f32");
    byte[] kept = Files.readAllBytes(numbers);
    Files.write(numbers, new byte[kept.length]); // as if none had been encoded
    Shell.run(
            "train",
            "--resume",
            at("keeping"),
            "--steps",
            TinyTexts.STEPS + 1,
            "--cache-latents",
            "--device",
            "cpu")
        .succeeds();
    assertFalse(Arrays.equals(new byte[kept.length], Files.readAllBytes(numbers)));
    Path none = at("none");
    Shell.run("train", "--data", "shapes", "--cache-latents", "--run", none)
        .fails(2, "--cache-latents: expected with --latents autoencoder, got another");
    assertFalse(Files.exists(none));
  }

  @Test
  void aProgramInJavaTrainsTheSame() throws IOException {
    Recipe recipe = Recipes.read(new RunFolder(at("drawn")).config());
    Latents.Encoded latents = (Latents.Encoded) recipe.latents();
    Recipe asked = recipe.with(
        new Latents.Encoded(
            latents.folder(), 4, 4, 0), // sizes are looked up, and the scale is measured
        new Conditions.Texts(recipe.condition().texts().orElseThrow(), 0.1, 0, 1));
    Path own = at("java");
    try (Dataset data = recipe.data().open()) {
      new Training(asked, data, Backends.cpu(), TrainingListener.SILENT).run(own);
    }
    String model = "checkpoints/step-000006/ema.safetensors";
    assertArrayEquals(
        Files.readAllBytes(at("drawn").resolve(model)), Files.readAllBytes(own.resolve(model)));
  }

  @Test
  void drawnPicturesAreComparedWithTheirTextsByClip() {
    Path clip = folder.resolve("exported");
    Shell.run("export", "--run", at("text"), "--out", clip).succeeds();
    Shell told = Shell.run(
            "eval",
            "--run",
            at("drawn"),
            "--metric",
            "clip",
            "--clip",
            clip,
            "--count",
            4,
            "--device",
            "cpu",
            "--out",
            folder.resolve("clip"))
        .succeeds();
    assertTrue(told.out().contains("| 4 | "), told.out());
    Shell.run(
            "eval",
            "--run",
            at("text"),
            "--metric",
            "clip",
            "--clip",
            clip,
            "--count",
            4,
            "--prompt",
            "a red circle")
        .fails(
            2,
            "--run: expected a run that has learned to draw, got " + at("text")
                + ", whose network compares pictures with texts");
  }

  private static void kill(TrainingLog.Line line) {
    if (line.step() == KILLED_AFTER) {
      throw new IllegalStateException("killed");
    }
  }

  @Test
  void samplesFollowTheText() throws IOException {
    sample("drawn", "a.npy", "--prompt", "a red circle").succeeds();
    sample("drawn", "b.npy", "--prompt", "a red circle").succeeds();
    sample("drawn", "c.npy", "--prompt", "a blue square", "--guidance", 3).succeeds();
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("a.npy")), Files.readAllBytes(folder.resolve("b.npy")));
    assertFalse(Arrays.equals(
        Files.readAllBytes(folder.resolve("a.npy")), Files.readAllBytes(folder.resolve("c.npy"))));
  }

  @Test
  void whatCannotBeIsRefused() {
    sample("drawn", "x.png")
        .fails(
            2, "--run: expected with --prompt TEXT, as this run draws what a text says, got none");
    sample("text", "x.png", "--prompt", "a red circle")
        .fails(
            2,
            "--run: expected a run that has learned to draw, got " + at("text")
                + ", whose network compares pictures with texts");
    Shell.run("likelihood", "--run", at("drawn"), "--device", "cpu")
        .fails(
            2,
            "--run: expected a model of pixels, got one of latents, of which brume sample draws pictures");
  }

  @Test
  void whatIsRefusedLeavesNoRun() {
    List<Object> words =
        new ArrayList<>(List.of("train", "--run", at("refused"), "--device", "cpu"));
    words.addAll(List.of(U_NET));
    words.addAll(
        List.of("--condition", "text", "--text-from", at("text"))); // clothes have no captions
    Shell.run(words.toArray())
        .fails(
            2,
            "data: expected samples with captions, of which the network is told, got some without");
    assertFalse(Files.exists(at("refused").resolve("config.json")));
  }

  @Test
  void textsOfShapesAreJudged() {
    Shell told = Shell.run(
            "eval",
            "--run",
            at("drawn"),
            "--metric",
            "shapes",
            "--count",
            4,
            "--device",
            "cpu",
            "--out",
            folder.resolve("judged"))
        .succeeds();
    assertTrue(told.out().contains("| held back |"), told.out());
    assertTrue(Files.exists(folder.resolve("judged/eval-seen.png")));
  }
}
