package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.Dataset;
import brume.diffusion.data.ImagesSettings;
import brume.diffusion.data.ShapePictures;
import brume.diffusion.data.shapes.Combinations;
import brume.diffusion.image.Picture;
import brume.diffusion.image.Png;
import brume.diffusion.recipe.Presets;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.recipe.SamplesSettings;
import brume.diffusion.run.RunFolder;
import brume.tensor.Text;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of pictures with captions in place of shapes. */
class CaptionedFolderCommandTest {

  private static final int PICTURES = 24;

  @TempDir
  Path folder;

  /** Some of the shapes, as files. */
  private Path pictures() throws IOException {
    Path place = Files.createDirectories(folder.resolve("pictures"));
    List<String> lines = new ArrayList<>();
    try (Dataset shapes = ShapePictures.of(32, PICTURES, 2, Combinations.SEEN)) {
      float[] values = new float[shapes.pictureLength()];
      for (int i = 0; i < PICTURES; i++) {
        shapes.read(i, false, values, 0);
        Png.write(place.resolve(i + ".png"), Picture.of(32, 32, 3, values, 0));
        ObjectNode line = JsonMapper.builder().build().createObjectNode();
        lines.add(
            line.put("file", i + ".png").put("caption", shapes.caption(i, 0)).toString());
      }
    }
    Files.write(place.resolve("captions.jsonl"), lines);
    return place;
  }

  @Test
  void thePresetOfShapesIsTrainedOnThemToItsEnd() throws IOException {
    Path pictures = pictures(), run = folder.resolve("run");
    Shell dry = Shell.run(
            "train", "--preset", "shapes-text", "--data", pictures, "--dry-run", "--device", "cpu")
        .succeeds();
    assertTrue(dry.err().contains(", with 24 texts by captions.jsonl"), dry.err());
    assertTrue(dry.err().contains("first, in the folder autoencoder of the run:"), dry.err());

    prepare(run, pictures);
    Shell.run("train", "--resume", run, "--device", "cpu").succeeds();
    assertTrue(Files.exists(run.resolve("text/checkpoints/step-000002")));
    assertTrue(Files.exists(run.resolve("autoencoder/checkpoints/step-000002")));
    Path out = folder.resolve("drawn.png");
    Shell.run(
            "sample",
            "--run",
            run,
            "--prompt",
            "a red circle",
            "--count",
            1,
            "--steps",
            2,
            "--device",
            "cpu",
            "--out",
            out)
        .succeeds();
    assertTrue(Files.exists(out));
  }

  /** The run of the preset, as the command begins it, but with two steps of each part. */
  private static void prepare(Path place, Path pictures) throws IOException {
    Presets.Preset preset = Presets.named("shapes-text");
    Recipe recipe = preset.recipe().with(ImagesSettings.of(pictures.toString(), 32, 3, false));
    recipe = recipe.with(
        recipe.data().resolved(), recipe.training().withSteps(2), new SamplesSettings(0, 0));
    recipe = Recipe.ENGINE.read(settings("{'network': {'widths': [8, 8, 16]}}"), recipe);
    recipe = Recipe.ENGINE.read(settings("{'training': {'batch': 4}}"), recipe);
    RunFolder run = new RunFolder(place).create();
    Recipes.write(run.config(), recipe.trainable());
    Stages.prepare(run, preset.stages(), recipe);
    for (Presets.Stage stage : preset.stages()) {
      Path config = run.upon(stage.folder()).config();
      Recipe part = Recipes.read(config);
      assertEquals(recipe.data(), part.data());
      Recipes.write(
          config, Recipe.ENGINE.read(settings("{'training': {'batch': 8, 'steps': 2}}"), part));
    }
  }

  @Test
  void picturesOfShapesAreJudgedByTheirTexts() throws IOException {
    Path pictures = pictures();
    assertEquals(PICTURES, judged(pictures));
    String wrong = "{\"file\": \"0.png\", \"caption\": \"a green cross\"}";
    List<String> lines = new ArrayList<>(Files.readAllLines(pictures.resolve("captions.jsonl")));
    lines.set(0, wrong);
    Files.write(pictures.resolve("captions.jsonl"), lines);
    assertEquals(PICTURES - 1, judged(pictures));
    lines.set(0, wrong.replace("a green cross", "a photo of a cat"));
    Files.write(pictures.resolve("captions.jsonl"), lines);
    Shell refused = Shell.run("eval", "--metric", "shapes", "--samples", pictures);
    assertTrue(refused.lastLine().startsWith("brume: " + pictures.resolve("0.png") + ": "));
    assertEquals(1, refused.status());
  }

  /** How many pictures show what their texts name. */
  private int judged(Path pictures) throws IOException {
    Path out = folder.resolve("judged");
    Shell told = Shell.run("eval", "--metric", "shapes", "--samples", pictures, "--out", out);
    assertTrue(told.succeeds().out().contains("| of the folder | "), told.out());
    JsonNode report =
        JsonMapper.builder().build().readTree(out.resolve("eval.json").toFile());
    assertEquals(PICTURES, report.path("texts").asInt());
    return report.path("of the folder").path("named").asInt();
  }

  private static JsonNode settings(String json) throws IOException {
    return JsonMapper.builder().build().readTree(json.replace('\'', '"'));
  }

  @Test
  void picturesWithoutTextsAreRefused() throws IOException {
    Path pictures = pictures();
    Files.delete(pictures.resolve("captions.jsonl"));
    Shell.run(
            "train",
            "--preset",
            "shapes-text",
            "--data",
            pictures,
            "--device",
            "cpu",
            "--run",
            folder.resolve("refused"))
        .fails(
            2,
            "data: expected samples with captions, of which the network is told, got some without");
    Shell.run("eval", "--metric", "shapes", "--samples", pictures)
        .fails(
            1,
            pictures
                + ": expected pictures with captions, got none of these; say in captions.jsonl what they show");
    Shell.run("eval", "--metric", "shapes", "--samples", pictures, "--run", "latest")
        .fails(
            2,
            "--samples: expected without --run, --from, --seed and --prompt, as nothing is drawn, got both");
    Shell.run("eval", "--samples", pictures)
        .fails(
            2,
            "--samples: expected with --reference, pictures to compare with, or --run for its data, got none");
    Shell.run("eval", "--metric", "clip", "--samples", pictures)
        .fails(2, "--metric: expected clip with --clip FOLDER, which it asks, got none");
    Files.writeString(pictures.resolve("captions.jsonl"), "{}");
    Shell.run("train", "--data", pictures, "--device", "cpu", "--run", folder.resolve("refused"))
        .fails(
            1,
            Text.of(
                "%s, line 1: expected a file and a caption, got {}; mend it, or choose --captions none",
                pictures.resolve("captions.jsonl")));
  }
}
