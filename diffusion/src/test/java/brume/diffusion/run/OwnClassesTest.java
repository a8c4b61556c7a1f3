package brume.diffusion.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.cli.Main;
import brume.diffusion.data.Dataset;
import brume.diffusion.data.OwnSettings;
import brume.diffusion.guidance.Guidances;
import brume.diffusion.image.Picture;
import brume.diffusion.network.UnetSettings;
import brume.diffusion.objective.Conditions;
import brume.diffusion.optimize.Rates;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.sampler.Spacings;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program trains on data and classes of its own, and asks for one of them. */
class OwnClassesTest {

  @TempDir
  private Path folder;

  /** Black pictures and white ones in turn. */
  private record Shades(List<String> classes) implements Dataset {
    @Override
    public int size() {
      return 100;
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
    public int label(int index) {
      return index % 2;
    }

    @Override
    public void read(int index, boolean flipped, float[] into, int offset) {
      for (int i = 0; i < pictureLength(); i++) {
        into[offset + i] = label(index);
      }
    }

    @Override
    public String source() {
      return "shades";
    }
  }

  private static Training training(List<String> classes) {
    return Training.on(new Shades(classes), Backends.cpu())
        .with(
            UnetSettings.of(8, List.of(1)),
            new Conditions.Labels(0.2),
            new Guidances.Free(2, 0, 1, false),
            new Rates.Constant(0.01, 0),
            new Samplers.Ddim(5, 0, new Spacings.Uniform(), NoiseEstimate.FROM_X0))
        .withSteps(60);
  }

  @Test
  void samplesAreOfTheClassThatIsAskedFor() throws IOException {
    Path run = folder.resolve("run");
    Training training = training(List.of("black", "white"));
    training.withSteps(30).run(run);
    training.run(run); // goes on
    assertEquals(
        new OwnSettings(4, 4, 1, false, List.of("black", "white")),
        Recipes.read(run.resolve("config.json")).data());

    double black = level(training.samples(run, 4, "black"));
    double white = level(training.samples(run, 4, "white"));
    assertTrue(white > black + 64, "black " + black + ", white " + white);
    List<Picture> inTurn = training.samples(run, 2);
    assertEquals(level(training.samples(run, 1, "black")), level(inTurn.subList(0, 1)));
    assertTrue(level(inTurn.subList(1, 2)) > level(inTurn.subList(0, 1)));
    assertEquals(
        "samples: expected some of black, white, got the class grey",
        assertThrows(IllegalArgumentException.class, () -> training.samples(run, 1, "grey"))
            .getMessage());

    Path out = folder.resolve("white.png");
    int status = Main.run(
        "sample",
        "--run",
        run.toString(),
        "--class",
        "white",
        "--guidance",
        "1",
        "--count",
        "1",
        "--out",
        out.toString());
    assertEquals(0, status);
    assertTrue(Files.exists(out), "the command line asks for classes of the program's, too");
  }

  @Test
  void dataOfOtherClassesAreRefused() {
    Recipe recipe = training(List.of("black", "white")).recipe();
    RunFolder run = new RunFolder(folder.resolve("run"));
    for (List<String> others : List.of(List.of("black", "blue"), List.<String>of())) {
      Shades data = new Shades(others);
      assertEquals(
          "data: expected samples of the classes black, white as the recipe says, got "
              + (others.isEmpty() ? "none" : "black, blue"),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Trainer(recipe, run, data, Backends.cpu(), TrainingListener.SILENT))
              .getMessage());
    }
  }

  private static double level(List<Picture> pictures) {
    return pictures.stream()
        .mapToDouble(picture -> {
          int sum = 0;
          for (int i = 0; i < 16; i++) {
            sum += picture.toImage().getRGB(i % 4, i / 4) & 0xFF;
          }
          return sum / 16.0;
        })
        .average()
        .orElseThrow();
  }
}
