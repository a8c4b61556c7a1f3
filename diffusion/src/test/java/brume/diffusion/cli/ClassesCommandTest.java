package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.run.Checkpoint;
import brume.diffusion.run.CheckpointState;
import brume.tensor.io.SafeTensors;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are told classes: trained, resumed, sampled by class, and what is refused. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClassesCommandTest {

  private static final int CLASSES = 3, SIZE = 8 * 8;

  @TempDir
  private static Path trained;

  @TempDir
  private Path folder;

  private Path run = Path.of("");
  private Path plain = Path.of("");

  @BeforeAll
  void train() throws IOException {
    Path data = TinyData.idx(trained.resolve("train-images-idx3-ubyte"));
    TinyData.labels(trained.resolve("train-labels-idx1-ubyte"), 12, CLASSES);
    run = trained.resolve("run");
    plain = trained.resolve("plain");
    Shell.run(TinyData.train(
            "--data",
            data,
            "--run",
            run,
            "--steps",
            3,
            "--condition",
            "labels",
            "--drop-labels",
            0.3,
            "--lr",
            0.05,
            "--guidance",
            2))
        .succeeds();
    Shell.run(TinyData.train("--data", data, "--run", plain, "--steps", 1)).succeeds();
    Files.delete(data); // the classes are known without it
  }

  @Test
  void theRecipeKeepsTheClasses() throws IOException {
    Recipe recipe = Recipes.read(run.resolve("config.json"));
    assertEquals(List.of("0", "1", "2"), recipe.classes());
    assertEquals(CLASSES, recipe.task().classes());
    assertEquals(List.of(), Recipes.read(plain.resolve("config.json")).classes());
  }

  @Test
  void samplesAreOfOneClassAfterTheOther() throws IOException {
    float[] all = sampled("--count", 6);
    for (int label = 0; label < CLASSES; label++) {
      float[] same = sampled("--count", 6, "--class", label);
      for (int i = 0; i < 6; i++) {
        boolean inTurn = i % CLASSES == label;
        assertEquals(inTurn, Arrays.equals(picture(all, i), picture(same, i)), label + ": " + i);
      }
    }
    assertArrayEquals(
        picture(sampled("--count", 6, "--class", "2,1"), 5),
        picture(sampled("--seeds", "5", "--class", 1), 0));
    assertArrayEquals(all, sampled("--count", 6, "--batch", 4));
  }

  @Test
  void scaleOneIsNoGuidance() throws IOException {
    float[] none = sampled("--count", 3, "--guidance", "none");
    assertArrayEquals(none, sampled("--count", 3, "--guidance", 1));
    assertFalse(Arrays.equals(none, sampled("--count", 3, "--guidance", 4)));
    assertArrayEquals(
        sampled("--count", 3, "--guidance", 2.5),
        sampled("--count", 3, "--guidance", "classifier-free", "--guidance-scale", 2.5));
    assertArrayEquals(sampled("--count", 3), sampled("--count", 3, "--guidance-scale", 2));
  }

  @Test
  void samplersAreGuided() throws IOException {
    for (String sampler : List.of("ddim", "ddpm", "heun", "dpmpp-2m", "unipc")) {
      float[] none = sampled("--count", 2, "--sampler", sampler, "--guidance", "none");
      float[] way = sampled(
          "--count",
          2,
          "--sampler",
          sampler,
          "--guidance",
          3,
          "--guidance-rescale",
          0.7,
          "--keep-parallel",
          0);
      assertFalse(Arrays.equals(none, way), sampler);
    }
  }

  @Test
  void aGridHasARowForEachClass() throws IOException {
    Path grid = folder.resolve("grid.png");
    Shell drawn = sample(grid, "--count", 6);
    assertTrue(drawn.succeeds().err().contains("rows: 0, 1, 2"), drawn.err());
    Path usual = folder.resolve("usual.safetensors");
    sample(usual).succeeds();
    assertEquals(66, SafeTensors.read(usual).shape("samples")[0]); // 22 of each
  }

  @Test
  void whatLiesBetweenTwoClassesIsAskedForBoth() throws IOException {
    Path row = folder.resolve("row.png");
    Shell.run(
            "interpolate",
            "--run",
            run,
            "--device",
            "reference",
            "--class",
            "0,2",
            "--frames",
            3,
            "--out",
            row)
        .succeeds();
    byte[] first = Files.readAllBytes(row);
    Shell.run(
            "interpolate",
            "--run",
            run,
            "--device",
            "reference",
            "--class",
            "0,1",
            "--frames",
            3,
            "--out",
            row)
        .succeeds();
    assertFalse(Arrays.equals(first, Files.readAllBytes(row)));
    Shell.run("interpolate", "--run", run, "--device", "reference", "--class", "0", "--out", row)
        .fails(2, "--class: expected two classes such as 3,boot, got 0");
  }

  @Test
  void classesGoOutToDiffusersAndComeBack() throws IOException {
    Path data = TinyData.idx(folder.resolve("train-images-idx3-ubyte"));
    TinyData.labels(folder.resolve("train-labels-idx1-ubyte"), 12, CLASSES);
    Path kept = folder.resolve("kept"), out = folder.resolve("out");
    List<Object> words = new ArrayList<>(List.of("train", "--network", "unet2d"));
    words.addAll(List.of("--device", "reference", "--data", data, "--run", kept));
    words.addAll(List.of("--condition", "labels", "--guidance", 2, "--steps", 3, "--samples", 0));
    words.addAll(List.of("--widths", "4,8", "--groups", 2, "--lr", 0.05, "--batch", 3));
    words.addAll(List.of("--down-blocks", "plain", "--up-blocks", "plain", "--head-dim", 4));
    Shell.run(words.toArray()).succeeds();
    Shell written = Shell.run("export", "--run", kept, "--out", out).succeeds();
    assertTrue(written.err().contains("class_labels"), written.err());
    assertTrue(Files.readString(out.resolve("unet/config.json"))
        .contains("\"num_class_embeds\" : " + (CLASSES + 1)));
    for (String asked : List.of("0", "2,1")) {
      assertArrayEquals(
          sampledBy(kept, "--count", 2, "--class", asked),
          drawnFrom(out, "--count", 2, "--class", asked));
    }
    Files.delete(out.resolve("recipe.json"));
    assertArrayEquals(
        sampledBy(kept, "--count", 2, "--class", 1, "--sampler", "ddim", "--guidance", 3),
        drawnFrom(
            out,
            "--count",
            2,
            "--class",
            1,
            "--sampler",
            "ddim",
            "--guidance",
            3,
            "--noise-estimate",
            "from-x0",
            "--spacing",
            "uniform",
            "--stride",
            "level"));
  }

  /** What is known of a run can be done with the model that was exported from it, too. */
  @Test
  void anExportedModelIsInterpolatedAndMeasuredAsItsRun() throws IOException {
    Path out = folder.resolve("out"),
        one = folder.resolve("1.png"),
        other = folder.resolve("2.png");
    Shell.run("export", "--run", run, "--out", out).succeeds();
    Object[] between = {"--class", "0,2", "--frames", 3, "--device", "reference", "--out"};
    Shell.run(words("interpolate", "--run", run, between, one)).succeeds();
    Shell.run(words("interpolate", "--from", out, between, other)).succeeds();
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other));
    Shell.run("interpolate", "--from", out, "--of-data", "--out", other)
        .fails(2, "--of-data: expected with a --run, whose data are known, got it with --from");

    Path data = TinyData.idx(folder.resolve("train-images-idx3-ubyte"));
    TinyData.labels(folder.resolve("train-labels-idx1-ubyte"), 12, CLASSES);
    Object[] looked = {"--count", 2, "--device", "reference", "--data", data};
    String figures =
        Shell.run(words("likelihood", "--run", run, looked)).succeeds().out();
    assertEquals(
        figures,
        Shell.run(words("likelihood", "--from", out, looked)).succeeds().out());
    Shell.run("likelihood", "--from", out)
        .fails(
            2,
            "--data: expected pictures to look at, as a model from elsewhere has none beside it, got"
                + " nothing");
    Shell.run("likelihood", "--from", out, "--weights", "raw", "--data", data)
        .fails(
            2, "--from: expected without --checkpoint and --weights, which are of runs, got both");
    Shell.run("likelihood").fails(2, "--run: expected either it or --from, got none");
  }

  @Test
  void likelihoodsAreThoseOfPicturesOfTheirClass() throws IOException {
    Path data = TinyData.idx(folder.resolve("train-images-idx3-ubyte"));
    Path labels = folder.resolve("train-labels-idx1-ubyte");
    Object[] looked = {"--count", 2, "--device", "reference", "--data", data};
    TinyData.labels(labels, 12, CLASSES);
    String one = Shell.run(words("likelihood", "--run", run, looked)).succeeds().out();
    byte[] others = Files.readAllBytes(labels);
    others[8] = 2;
    others[9] = 0;
    Files.write(labels, others);
    assertNotEquals(
        one, Shell.run(words("likelihood", "--run", run, looked)).succeeds().out());
  }

  private static Object[] words(
      String command, String option, Path model, Object[] more, Object... last) {
    List<Object> words = new ArrayList<>(List.of(command, option, model));
    words.addAll(List.of(more));
    words.addAll(List.of(last));
    return words.toArray();
  }

  @ParameterizedTest
  @CsvSource({"karras,--self-condition", "karras3d,--frames=2"})
  void networksThatKeepMagnitudesAreToldClasses(String network, String more) throws IOException {
    Path data = TinyData.idx(folder.resolve("train-images-idx3-ubyte"));
    TinyData.labels(folder.resolve("train-labels-idx1-ubyte"), 12, CLASSES);
    Path kept = folder.resolve("kept");
    List<Object> words = new ArrayList<>(List.of("train", "--network", network, more));
    words.addAll(List.of("--device", "reference", "--data", data, "--run", kept));
    words.addAll(List.of("--condition", "labels", "--guidance", 2, "--steps", 4, "--samples", 0));
    words.addAll(List.of("--dim", 4, "--dim-max", 8, "--fourier-dim", 4, "--head-dim", 4));
    words.addAll(List.of("--halvings", network.equals("karras") ? "1" : "image", "--lr", 0.05));
    words.addAll(List.of("--attention-sizes", "4", "--batch", 3));
    Shell.run(words.toArray()).succeeds();
    assertFalse(Arrays.equals(
        sampledBy(kept, "--count", 2, "--class", 0), sampledBy(kept, "--count", 2, "--class", 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | --class: expected one of 0, 1, 2, got '3'",
        "boot | --class: expected one of 0, 1, 2, got 'boot'",
      })
  void unknownClassesAreRefused(String word, String sentence) {
    sample(folder.resolve("x.png"), "--class", word).fails(2, sentence);
  }

  @Test
  void aRunWithoutClassesHasNoneToSample() {
    Shell.run("sample", "--run", plain, "--device", "reference", "--class", 1)
        .fails(
            2,
            "--class: expected a run that was told classes, got one of data without, or without"
                + " --condition labels");
    Shell.run("sample", "--run", plain, "--device", "reference", "--guidance", 3)
        .fails(
            2,
            "--guidance: expected none, as the network is told no classes; train it with --condition"
                + " labels");
  }

  @Test
  void whatCannotBeLearnedIsRefused() {
    Shell.run(TinyData.train("--data", "toy:waves", "--network", "unet1d", "--condition", "labels"))
        .fails(
            2, "--condition: expected --data with classes to tell, got some without; choose none");
    Shell.run(TinyData.train(
            "--run",
            folder.resolve("x"),
            "--condition",
            "labels",
            "--drop-labels",
            0,
            "--guidance",
            3))
        .fails(
            2,
            "--guidance: expected none or 1, as --drop-labels 0 has not taught the network what to say"
                + " where nothing is told");
  }

  @Test
  void whatBeginsWithAModelThatKnowsClassesIsToldThem() throws IOException {
    Path begun = folder.resolve("begun");
    Path data = TinyData.idx(folder.resolve("train-images-idx3-ubyte"));
    TinyData.labels(folder.resolve("train-labels-idx1-ubyte"), 12, CLASSES);
    Shell.run(TinyData.train(
            "--data", data, "--train-from", run, "--run", begun, "--steps", 1, "--samples", 0))
        .succeeds();
    Recipe recipe = Recipes.read(begun.resolve("config.json"));
    assertEquals(Recipes.read(run.resolve("config.json")).condition(), recipe.condition());
    assertEquals(List.of("0", "1", "2"), recipe.classes());
  }

  @Test
  void labelsThatDoNotFitAreRefused() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx"));
    Path few = folder.resolve("few");
    TinyData.labels(few, 11, CLASSES);
    Shell.run(TinyData.train("--data", data, "--label-file", few, "--run", folder.resolve("x")))
        .fails(
            1,
            few + ": expected one label for each of the 12 pictures of " + data
                + ", got 11 labels");
  }

  @ParameterizedTest
  @CsvSource({"labels", "none"})
  void aRunIsNotContinuedWithOtherLabels(String condition) throws IOException {
    Path data = TinyData.idx(folder.resolve("images-idx3")), begun = folder.resolve("begun");
    Path file = folder.resolve("labels-idx1");
    TinyData.labels(file, 12, CLASSES);
    Shell.run(TinyData.train(
            "--data", data, "--run", begun, "--steps", 1, "--samples", 0, "--condition", condition))
        .succeeds();
    byte[] swapped = Files.readAllBytes(file);
    swapped[8] = 1; // was 0
    Files.write(file, swapped);
    Shell resumed = resumed(begun, 2);
    String difference = ": expected pictures of the classes it was made with, 12 labels, ";
    if (condition.equals("none")) { // nobody has looked at them
      assertTrue(resumed.succeeds().err().contains(difference), resumed.err());
      return;
    }
    assertEquals(1, resumed.status(), resumed.err());
    assertTrue(resumed.lastLine().contains(difference), resumed.err());
    assertTrue(
        resumed.lastLine().endsWith("; give the former labels, or begin a new run"), resumed.err());
    TinyData.labels(file, 12, CLASSES);
    resumed(begun, 2).succeeds();
  }

  @Test
  void aRunOfBeforeThatDoesNotKnowItsLabelsGoesOn() throws IOException {
    Path data = TinyData.idx(folder.resolve("images-idx3")), begun = folder.resolve("begun");
    TinyData.labels(folder.resolve("labels-idx1"), 12, CLASSES);
    Shell.run(TinyData.train(
            "--data", data, "--run", begun, "--steps", 1, "--samples", 0, "--condition", "labels"))
        .succeeds();
    Path checkpoint = begun.resolve("checkpoints/step-000001");
    CheckpointState state = Checkpoint.read(checkpoint).state();
    assertTrue(state.labels().matches("12 labels, [0-9a-f]{16}"), state.labels());
    asOfVersion020(checkpoint.resolve("state.json"));
    assertEquals("", Checkpoint.read(checkpoint).state().labels());
    resumed(begun, 2).succeeds();
  }

  /** Takes the labels out of a state and sums up what is left, as version 0.2.0 has written it. */
  private static void asOfVersion020(Path file) throws IOException {
    JsonMapper json = JsonMapper.builder()
        .defaultPrettyPrinter(
            new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
        .build();
    ObjectNode tree = (ObjectNode) json.readTree(Files.readAllBytes(file));
    tree.remove("labels");
    ObjectNode sums = (ObjectNode) tree.get("sha256");
    sums.remove("state.json");
    Files.write(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree));
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      sums.put("state.json", HexFormat.of().formatHex(sum));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
    List<String> names = new ArrayList<>();
    sums.fieldNames().forEachRemaining(names::add);
    ObjectNode sorted = json.createObjectNode();
    names.stream().sorted().forEach(name -> sorted.set(name, sums.get(name)));
    tree.set("sha256", sorted);
    Files.write(file, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree));
  }

  private static Shell resumed(Path run, int steps) {
    return Shell.run("train", "--resume", run, "--steps", steps, "--device", "reference");
  }

  private Shell sample(Path out, Object... more) {
    return sampleOf("--run", run, out, more);
  }

  private static Shell sampleOf(String option, Path model, Path out, Object... more) {
    List<Object> words = new ArrayList<>(
        List.of("sample", option, model, "--device", "reference", "--out", out, "--steps", 2));
    words.addAll(List.of(more));
    return Shell.run(words.toArray());
  }

  private float[] sampled(Object... more) throws IOException {
    return sampledBy(run, more);
  }

  private float[] sampledBy(Path model, Object... more) throws IOException {
    return drawn("--run", model, more);
  }

  private float[] drawnFrom(Path model, Object... more) throws IOException {
    return drawn("--from", model, more);
  }

  private float[] drawn(String option, Path model, Object... more) throws IOException {
    Path out = folder.resolve("samples.safetensors");
    sampleOf(option, model, out, more).succeeds();
    float[] values = SafeTensors.read(out).floats("samples");
    Files.delete(out);
    return values;
  }

  private static float[] picture(float[] all, int index) {
    return Arrays.copyOfRange(all, index * SIZE, (index + 1) * SIZE);
  }
}
