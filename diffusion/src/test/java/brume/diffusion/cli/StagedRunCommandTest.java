package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.RunFolder;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs that draw in stages: a prior and its decoder, and a cascade, whose later stages may be told words, too. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StagedRunCommandTest {

  private static final String[] U_NET = TinyTexts.U_NET;

  @TempDir
  private static Path folder;

  @BeforeAll
  void trainFirstStages() {
    runs().towers();
    train(
        "prior",
        16,
        "--latents vectors --vectors-from " + at("text")
            + " --network prior --layers 1 --heads 2 --head-dim 4"
            + " --condition text --text-from " + at("text") + " --predict x0 --weighting uniform");
    train("base", 16, "--condition text --text-from " + at("text") + " --samples 0", U_NET);
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
    return drawing("sample", run, out, more);
  }

  private static Shell drawing(String command, String run, String out, Object... more) {
    List<Object> all = new ArrayList<>(List.of(command, "--run", at(run), "--device", "cpu"));
    all.addAll(List.of("--count", 2, "--steps", 2, "--out", folder.resolve(out)));
    all.addAll(Arrays.asList(more));
    return Shell.run(all.toArray());
  }

  private static float[] sampled(String run, Object... more) throws IOException {
    sample(run, "sampled.safetensors", more).succeeds();
    return SafeTensors.read(folder.resolve("sampled.safetensors")).floats("samples");
  }

  private static String decoder() {
    return "--condition picture --picture-from " + at("text") + " --prior-from " + at("prior")
        + " --samples 8 --sample-steps 2";
  }

  @Test
  void aPriorDrawsWhatADecoderIsTold() throws IOException {
    train("decoder", 16, decoder(), U_NET);
    assertTrue(
        Files.exists(at("decoder").resolve("samples.png")), "drawn like pictures of the data");
    sample("decoder", "d.png", "--prompt", "a red circle").succeeds();
    assertTrue(Files.exists(folder.resolve("d.png")));
    painted("decoder", "--prompt", "a red circle", "--resample", 1, "--steps", 2)
        .succeeds();
    assertTrue(Files.exists(folder.resolve("painted.png")));
  }

  @Test
  void aDecoderIsToldWordsToo() throws IOException {
    String judge =
        Path.of("").toAbsolutePath().relativize(at("text").toAbsolutePath()).toString();
    train(
        "worded",
        16,
        decoder() + " --text-from " + at("text") + " --text-skip 1 --drop-texts 0.5 --judge-from "
            + judge,
        U_NET);
    Recipe recipe = Recipes.read(new RunFolder(at("worded")).config());
    assertEquals(8, recipe.condition().wordChannels());
    assertEquals(8, recipe.condition().pictureChannels());
    assertEquals(
        at("text").toAbsolutePath().normalize().toString(),
        recipe.condition().judgedBy().orElseThrow());
    assertTrue(Files.exists(at("worded").resolve("samples.png")), "like pictures, without words");
    float[] one = sampled("worded", "--prompt", "a red circle");
    assertArrayEquals(one, sampled("worded", "--prompt", "a red circle"));
    assertFalse(Arrays.equals(
        one,
        sampled(
            "worded",
            "--prompt",
            "a red circle",
            "--guidance",
            3,
            "--negative-prompt",
            "a blue square")));
    sampled("worded", "--prompt", "a red circle", "--best-of", 2);
    painted("worded", "--prompt", "a red circle", "--resample", 1, "--steps", 2).succeeds();
  }

  private static String cascade() {
    return "--condition super-resolution --factor 2 --low-from " + at("base");
  }

  @Test
  void aCascadeEnlargesWhatItsBaseDraws() throws IOException {
    train("cascade", 32, cascade() + " --network unet --dim 8 --mults 1,2 --samples 0");
    sample("cascade", "e.png", "--prompt", "a red circle").succeeds();
    assertTrue(Files.exists(folder.resolve("e.png")));
    painted("cascade", "--prompt", "a red circle")
        .fails(
            2,
            "--run: expected a run that draws by itself, got " + at("cascade")
                + ", which enlarges what another draws that sees nothing of the picture");
    enlarge("cascade").succeeds();
    enlarge("cascade", "--prompt", "a red circle")
        .fails(
            2, "--prompt: expected a run or a folder that is told what pictures show, got another");
  }

  @Test
  void whatEnlargesIsToldWordsToo() throws IOException {
    train(
        "told",
        32,
        cascade() + " --text-from " + at("text") + " --text-skip 1 --samples 4 --sample-steps 2",
        U_NET);
    assertTrue(Files.exists(at("told").resolve("samples.png")), "pictures of the data enlarged");
    float[] red = sampled("told", "--prompt", "a red circle");
    assertEquals(2 * 32 * 32 * 3, red.length);
    assertFalse(Arrays.equals(red, sampled("told", "--prompt", "a blue square")));
    assertFalse(Arrays.equals(red, sampled("told", "--prompt", "a red circle", "--guidance", 3)));
    sampled("told", "--prompt", "a red circle", "--best-of", 2);
    enlarge("told", "--prompt", "a red circle").succeeds();
    byte[] of = Files.readAllBytes(folder.resolve("enlarged.npy"));
    enlarge("told", "--prompt", "a blue square").succeeds();
    assertFalse(
        Arrays.equals(of, Files.readAllBytes(folder.resolve("enlarged.npy"))),
        "another text, of the same picture");
    enlarge("told")
        .fails(
            2,
            "--run: expected with --prompt TEXT, as this run is told what pictures show, got none");
  }

  private static Shell enlarge(String run, Object... more) throws IOException {
    Path small = folder.resolve("small.png");
    Png.write(small, Picture.of(16, 16, 3, new float[16 * 16 * 3], 0));
    return drawing("enlarge", run, "enlarged.npy", with(new Object[] {"--image", small}, more));
  }

  @Test
  void whatWouldHaveNoEffectIsRefused() {
    Object[] plain = {
      "train", "--data", "shapes", "--run", at("never"), "--condition", "super-resolution"
    };
    Shell.run(with(plain, "--text-skip", 1))
        .fails(2, "--text-skip: expected 0 without --text-from, as no words are told, got 1");
    Shell.run(with(plain, "--drop-texts", 0.5))
        .fails(2, "--drop-texts: expected 0.1 without --text-from, as no words are told, got 0.5");
    Shell.run(with(plain, "--text-from", at("text")))
        .fails(
            2,
            "--condition: expected another than text and picture, and no --text-from, with this --network, which"
                + " attends to nothing; choose a network such as unet2d-condition");
    assertFalse(Files.exists(at("never").resolve("config.json")));
  }

  /** The upper half of a picture painted anew. */
  private static Shell painted(String run, Object... more) throws IOException {
    float[] upper = new float[16 * 16 * 3];
    Arrays.fill(upper, 0, upper.length / 2, 1);
    Path mask = folder.resolve("upper.png");
    Png.write(mask, Picture.of(16, 16, 3, upper, 0));
    Object[] words = {"inpaint", "--run", at(run), "--device", "cpu", "--count", 1};
    Object[] files = {"--image", mask, "--mask", mask, "--out", folder.resolve("painted.png")};
    return Shell.run(with(with(words, files), more));
  }

  private static Object[] with(Object[] some, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  @Test
  void stagesOfAPresetArePreparedAsFarAsNoOthersAreTaken() throws IOException {
    Presets.Preset preset = Presets.named("shapes-cascade");
    RunFolder whole = new RunFolder(at("whole")).create();
    Stages.prepare(whole, preset.stages(), preset.recipe());
    List<Path> unfinished = Stages.unfinished(whole, preset.recipe(), whole).stream()
        .map(RunFolder::path)
        .toList();
    assertEquals(List.of(at("whole").resolve("base")), unfinished);
    RunFolder base = new RunFolder(unfinished.get(0));
    assertEquals(
        List.of(at("whole").resolve("text"), at("whole").resolve("judge")),
        Stages.unfinished(base, Recipes.read(base.config()), whole).stream()
            .map(RunFolder::path)
            .toList());
    assertEquals(16, Recipes.read(base.config()).data().shape().dim(0));

    RunFolder other = new RunFolder(at("other")).create();
    Stages.prepare(other, preset.stages(), Recipes.plain());
    assertFalse(Files.exists(other.path().resolve("base")));
  }
}
