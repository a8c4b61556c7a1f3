package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.data.PointExhibit;
import brume.diffusion.data.ToyPoints;
import brume.diffusion.data.ToyProblem;
import brume.diffusion.network.MlpSettings;
import brume.diffusion.recipe.Recipes;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToyCommandTest {

  private static final Pattern DIVERGENCE =
      Pattern.compile("KL\\(samples, data\\) = ([0-9.]+) nats");

  @TempDir
  private Path folder;

  @Test
  void pointsAreLearnedShownAndSampled() throws IOException {
    Path run = folder.resolve("run");
    Shell trained = train(run, "gaussian8", 300);
    assertTrue(trained.err().contains("8 Gaussians on a circle"), trained.err());
    for (String made : List.of("samples.png", "denoising.gif", "loss.png")) {
      assertTrue(Files.size(run.resolve(made)) > 1000, made);
    }
    assertInstanceOf(MlpSettings.class, Recipes.read(run.resolve("config.json")).network());

    double learned = divergence(trained),
        fresh = divergence(train(folder.resolve("one"), "gaussian8", 1));
    assertTrue(learned < fresh / 2, Text.of("%s after one step, %s after 300", fresh, learned));

    Path tensor = folder.resolve("points.safetensors");
    Shell.run("sample", "--run", run, "--count", 200, "--out", tensor).succeeds();
    SafeTensors points = SafeTensors.read(tensor);
    assertArrayEquals(new int[] {200, 1, 1, 2}, points.shape("samples"));
    Path png = folder.resolve("points.png");
    Shell.run("sample", "--run", run, "--count", 20, "--out", png).succeeds();
    assertTrue(Files.exists(png));
    Path each = folder.resolve("each");
    Shell.run("sample", "--run", run, "--count", 2, "--out", each)
        .fails(
            1,
            each
                + ": expected an .npz, .npy or .safetensors for samples of 2 channels, got pictures");
  }

  @Test
  void dataHaveNoDivergenceFromThemselves() {
    ToyPoints points = ToyPoints.of(ToyProblem.SWISSROLL);
    float[] values = new float[2 * 10_000];
    for (int i = 0; i < 10_000; i++) {
      points.read(i, false, values, 2 * i);
    }
    String verdict = new PointExhibit(ToyProblem.SWISSROLL).verdict(values).orElseThrow();
    Matcher matcher = DIVERGENCE.matcher(verdict);
    assertTrue(matcher.find(), verdict);
    assertTrue(Double.parseDouble(matcher.group(1)) < 0.02, verdict);
  }

  private static Shell train(Path run, String problem, int steps) {
    return Shell.run(
            "train",
            "--data",
            "toy:" + problem,
            "--run",
            run,
            "--steps",
            steps,
            "--dim",
            32,
            "--samples",
            500,
            "--sample-steps",
            20,
            "--sample-every",
            0)
        .succeeds();
  }

  private static double divergence(Shell said) {
    Matcher matcher = DIVERGENCE.matcher(said.err());
    assertTrue(matcher.find(), said.err());
    return Double.parseDouble(matcher.group(1));
  }
}
