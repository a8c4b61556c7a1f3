package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.recipe.Recipes;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs of videos: trained, and drawn as animations. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VideoCommandTest {

  private static final int FRAMES = 4, SIZE = 16;

  @TempDir
  private static Path folder;

  private Path run = Path.of("");

  @BeforeAll
  void train() {
    run = folder.resolve("run");
    Shell.run(train("--run", run, "--frames", FRAMES)).succeeds();
  }

  private static Object[] train(Object... more) {
    String tiny =
        "train --device cpu --data moving --video-frames 4 --size 16 --videos 50 --dim 4 --dim-max 4"
            + " --head-dim 4 --fourier-dim 4 --steps 2 --batch 2 --samples 2 --sample-steps 2";
    List<Object> words = new ArrayList<>(Arrays.asList(tiny.split(" ")));
    words.addAll(Arrays.asList(more));
    return words.toArray();
  }

  private Path drawn(String name, Object... more) {
    Path out = folder.resolve(name);
    List<Object> words = new ArrayList<>(
        List.of("sample", "--run", run, "--device", "cpu", "--steps", 2, "--out", out));
    words.addAll(Arrays.asList(more));
    Shell.run(words.toArray()).succeeds();
    return out;
  }

  private static List<BufferedImage> frames(Path gif) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
    List<BufferedImage> frames = new ArrayList<>();
    try (ImageInputStream in = ImageIO.createImageInputStream(gif.toFile())) {
      reader.setInput(in);
      for (int i = 0; i < reader.getNumImages(true); i++) {
        frames.add(reader.read(i));
      }
    } finally {
      reader.dispose();
    }
    return frames;
  }

  /** Frame f of the animation shows frame f of every sample, in pixels that are four times as large. */
  @Test
  void anAnimationShowsTheFramesInOrder() throws IOException {
    float[] values = SafeTensors.read(drawn("two.safetensors", "--count", 2)).floats("samples");
    assertEquals(2 * FRAMES * SIZE * SIZE, values.length);
    List<BufferedImage> frames = frames(drawn("two.gif", "--count", 2));
    assertEquals(FRAMES, frames.size());
    int gap = 2, scale = 4;
    for (int n = 0; n < 2; n++) {
      for (int i = 0; i < FRAMES * SIZE * SIZE; i++) {
        int frame = i / (SIZE * SIZE), y = i / SIZE % SIZE, x = i % SIZE;
        int left = gap + n * (SIZE * scale + gap);
        int grey = frames.get(frame).getRGB(left + x * scale, gap + y * scale) & 255;
        assertEquals(255 * values[n * FRAMES * SIZE * SIZE + i], grey, 0.51, n + ": " + i);
      }
    }
  }

  @Test
  void aPictureShowsTheFramesSideBySide() throws IOException {
    float[] values = SafeTensors.read(drawn("one.safetensors", "--count", 1)).floats("samples");
    BufferedImage strip = ImageIO.read(drawn("one.png", "--count", 1).toFile());
    BufferedImage ofRun = ImageIO.read(run.resolve("samples.png").toFile());
    assertEquals(4 + FRAMES * SIZE * 4, strip.getWidth());
    assertEquals(2 * strip.getWidth() - 2, ofRun.getWidth(), "two strips");
    for (int i = 0; i < values.length; i++) {
      int frame = i / (SIZE * SIZE), y = i / SIZE % SIZE, x = i % SIZE;
      int grey = strip.getRaster().getSample(2 + (frame * SIZE + x) * 4, 2 + y * 4, 0);
      assertEquals(255 * values[i], grey, 0.51, "value " + i);
    }
  }

  @Test
  void theRecipeSaysHowManyFramesThereAre() throws IOException {
    Recipe recipe = Recipes.read(run.resolve("config.json"));
    assertEquals(FRAMES, recipe.frames());
    assertEquals(FRAMES * SIZE, recipe.data().shape().dim(0));
    assertEquals(10, recipe.data().classes().size());
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentence() throws IOException {
    Path to = folder.resolve("never");
    Shell.run(train("--run", to, "--frames", 8))
        .fails(2, "--frames: expected as many frames as the videos of --data have, 4, got 8");
    Shell.run(train("--run", to, "--frames", 4, "--condition", "super-resolution"))
        .fails(
            2,
            "--condition: expected none or labels with videos, whose frames would run into each other, got"
                + " another");
    Path still = folder.resolve("still");
    Shell.run(TinyData.train(
            "--data", TinyData.idx(folder.resolve("pictures.idx")), "--run", still, "--steps", 1))
        .succeeds();
    Path gif = folder.resolve("still.gif");
    Shell.run("sample", "--run", still, "--device", "reference", "--out", gif, "--steps", 2)
        .fails(
            1,
            Text.of(
                "%s: expected samples of several frames for a .gif, got pictures; choose a .png, or --steps-out"
                    + " for their way from noise",
                gif));
    assertTrue(Files.notExists(gif));
  }
}
