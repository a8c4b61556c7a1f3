package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.ImagesSettings;
import brume.diffusion.network.UnetSettings;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.tensor.Text;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs as a user starts them. */
class TrainCommandTest {

  @TempDir
  private Path folder;

  @Test
  void aFolderOfImagesBecomesARunWithEverythingToLookAt() throws IOException {
    Path images = TinyData.images(folder.resolve("my images"), 5);
    Files.write(images.resolve("broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3});
    Path run = folder.resolve("runs/a run");

    Shell said = Shell.run(TinyData.trainOn(
        "cpu", "--data", images, "--size", 8, "--run", run, "--steps", 3, "--sample-every", 2));

    said.succeeds();
    assertTrue(
        said.err()
            .lines()
            .anyMatch(line -> line.contains(images.resolve("broken.png") + ": skipped, ")),
        said.err());
    assertTrue(said.err().contains("5 pictures of 8x8, 3 channels"), said.err());
    assertTrue(said.err().contains(" parameters, fresh; 3 steps of 2 images\n"), said.err());
    assertTrue(
        said.err()
            .lines()
            .anyMatch(
                line -> line.matches("training 3/3  loss [0-9.]+  [0-9.]+ images/s  0:00 left")),
        said.err());
    assertTrue(said.err().contains("\ndrawing 2/2  3 images\n"), said.err());
    int width = image(run.resolve("samples.png")).getWidth();
    assertTrue(width >= 4 * (8 + 8) && width < 4 * (8 + 8 + 4), "two of 8, enlarged, got " + width);
    for (String picture : List.of(
        "samples.png",
        "denoising.gif",
        "loss.png",
        "samples/step-000002.png",
        "samples/step-000003.png")) {
      image(run.resolve(picture));
    }
    assertEquals(3, Files.readAllLines(run.resolve("log.jsonl")).size());
    for (String file :
        List.of("model.safetensors", "ema.safetensors", "optimizer.safetensors", "state.json")) {
      assertTrue(Files.isRegularFile(run.resolve("checkpoints/step-000003").resolve(file)), file);
    }
    Recipe recipe = Recipes.read(run.resolve("config.json"));
    assertEquals(ImagesSettings.of(images.toString(), 8, 3, false), recipe.data());
    assertEquals(8, ((UnetSettings) recipe.network()).dim());
  }

  @Test
  void aRunIsNotOverwrittenButContinued() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx")), run = folder.resolve("run");
    Object[] command = TinyData.train("--data", data, "--run", run, "--steps", 2);
    Shell.run(command).succeeds();
    byte[] before = Files.readAllBytes(run.resolve("samples.png"));

    Shell.run(command)
        .fails(
            1,
            Text.of(
                "--run: expected a new folder, %1$s holds a run; go on with --resume %1$s", run));
    assertArrayEquals(before, Files.readAllBytes(run.resolve("samples.png")));

    Shell.run("train", "--resume", run, "--steps", 4, "--device", "reference").succeeds();
    assertTrue(Files.isDirectory(run.resolve("checkpoints/step-000004")));
    assertEquals(4, Recipes.read(run.resolve("config.json")).training().steps());
  }

  @Test
  void aRunNeedNotDrawSamples() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx")), run = folder.resolve("run");
    Shell.run(TinyData.train("--data", data, "--run", run, "--steps", 2)).succeeds();
    Files.delete(run.resolve("samples.png"));

    Shell.run(
            "train",
            "--resume",
            run,
            "--device",
            "reference",
            "--steps",
            4,
            "--samples",
            0,
            "--sample-every",
            1)
        .succeeds();
    assertFalse(Files.exists(run.resolve("samples.png")));
    assertFalse(Files.exists(run.resolve("samples/step-000003.png")));
    image(run.resolve("loss.png"));
  }

  @Test
  void aRunKeepsItsSettings() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx")), run = folder.resolve("run");
    Shell.run(TinyData.train("--data", data, "--run", run, "--steps", 2)).succeeds();
    byte[] before = Files.readAllBytes(run.resolve("config.json"));

    for (List<Object> other : List.<List<Object>>of(
        List.of("--dim", 16), List.of("--batch", 4), List.of("--lr", 1), List.of("--seed", 1))) {
      Object[] words = {"train", "--resume", run, other.get(0), other.get(1)};
      Shell.run(words)
          .fails(
              2,
              "--resume: expected no other settings than --steps, --rewarm, --checkpoint-every,"
                  + Text.of(
                      " --keep, --keep-best, and those of evaluations and samples, got %s; start a new run for"
                          + " those",
                      other.get(0)));
    }
    Shell.run("train", "--resume", run, "--steps", 1, "--device", "reference")
        .fails(1, "--steps: expected at least the 2 that are done, got 1");
    Shell.run("train", "--resume", folder)
        .fails(1, "--resume: expected the folder of a run with its config.json, got " + folder);
    assertArrayEquals(before, Files.readAllBytes(run.resolve("config.json")));
  }

  @Test
  void aConfigurationRepeatsARun() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx")), run = folder.resolve("run");
    Shell.run(TinyData.train("--data", data, "--run", run, "--steps", 2)).succeeds();
    Path again = folder.resolve("again");
    Shell.run(
            "train",
            "--config",
            run.resolve("config.json"),
            "--run",
            again,
            "--device",
            "reference")
        .succeeds();
    String model = "checkpoints/step-000002/model.safetensors";
    assertArrayEquals(
        Files.readAllBytes(run.resolve(model)), Files.readAllBytes(again.resolve(model)));
  }

  @Test
  void aShortRunHasAShortWarmupUnlessToldOtherwise() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx"));
    Path brief = folder.resolve("brief"), told = folder.resolve("told");
    Shell quiet = Shell.run(TinyData.train("--data", data, "--run", brief, "--steps", 20));
    assertEquals(2, warmup(brief));
    assertFalse(quiet.succeeds().err().contains("--warmup"), quiet.err());

    Shell warned =
        Shell.run(TinyData.train("--data", data, "--run", told, "--steps", 2, "--warmup", 2));
    assertEquals(2, warmup(told));
    assertTrue(
        warned
            .succeeds()
            .err()
            .contains(
                "brume: --warmup: expected fewer than the 2 of --steps, got 2, so the learning"
                    + " rate stays small and little is learned; lower --warmup\n"),
        warned.err());

    Path again = folder.resolve("again");
    Path config = told.resolve("config.json");
    Shell.run("train", "--config", config, "--steps", 3, "--run", again, "--device", "reference")
        .succeeds();
    assertEquals(2, warmup(again));
    Shell resumed = Shell.run("train", "--resume", told, "--steps", 3, "--device", "reference")
        .succeeds();
    assertEquals(2, warmup(told));
    assertFalse(resumed.err().contains("--warmup"), resumed.err());
  }

  private static int warmup(Path run) throws IOException {
    return Recipes.read(run.resolve("config.json")).rate().warmup();
  }

  @Test
  void wrongConfigurationsAreToldInOneSentence() throws IOException {
    Path file = folder.resolve("settings.json");
    config(file, null, "expected a JSON file with settings, got nothing at this path");
    config(
        file,
        "{\"training\": ",
        "expected JSON, got at line 1, column 14: Unexpected end-of-input within/between Object entries");
    config(
        file,
        "{\n  \"training\": {\"steps\": 3}\n",
        "expected JSON, got at line 3, column 1: Unexpected end-of-input: expected close marker for Object");
    config(file, "[1]", "expected a JSON object with settings, got something else");
    config(
        file,
        "{\"training\": {\"stps\": 3}}",
        "training: expected one of the settings steps, batch, accumulate, clip, checkpointEvery, keep,"
            + " rewarmAfter, rewarm, got 'stps'; did you mean steps");
    config(file, "{\"training\": 3}", "training: expected an object with settings, got 3");
    config(
        file,
        "{\"training\": {\"steps\": \"many\"}}",
        "training.steps: expected a whole number, got \"many\"");
    config(
        file,
        "{\"training\": {\"steps\": 2.5}}",
        "training.steps: expected a whole number, got 2.5");
    config(
        file,
        "{\"training\": {\"steps\": null}}",
        "training.steps: expected a whole number, got null");
    config(
        file,
        "{\"process\": {\"schedule\": \"foo\"}}",
        "process.schedule: expected one of linear, quadratic, cosine, sigmoid, constant, warmup, harmonic,"
            + " sigmoid-betas, laplace, list, got foo");
    Files.writeString(file, "{\"training\": {\"steps\": -2}}");
    Shell.run("train", "--config", file)
        .fails(1, file + ": training.steps: expected 1 or more, got -2");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs a place that takes no folders")
  void aPlaceThatTakesNoFolderIsTold() throws IOException {
    Path data = TinyData.idx(folder.resolve("pictures.idx"));
    Shell.run(TinyData.train("--data", data, "--run", "/proc/brume"))
        .fails(
            1,
            "/proc/brume: expected a place where a folder can be made, the system makes none;"
                + " choose another --run");
  }

  private void config(Path file, String content, String sentence) throws IOException {
    if (content != null) {
      Files.writeString(file, content);
    }
    Path run = folder.resolve("never");
    Shell.run("train", "--config", file, "--run", run).fails(1, file + ": " + sentence);
    assertFalse(Files.exists(run), "nothing was begun");
  }

  private static BufferedImage image(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    assertNotNull(image, file + " is no image");
    return image;
  }
}
