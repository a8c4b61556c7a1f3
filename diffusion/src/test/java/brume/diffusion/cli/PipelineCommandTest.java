package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import brume.diffusion.exchange.SavedPipeline;
import brume.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineCommandTest {

  @TempDir
  private Path temporary;

  private SavedPipeline pipeline;

  @BeforeEach
  void save() throws IOException {
    pipeline = new SavedPipeline(temporary.resolve("pipeline"));
  }

  @Test
  void picturesHaveTheSizeOfTheFolderAndDoNotDependOnTheBatch() throws IOException {
    float[] three = sampled(3, "--sampler", "ddim", "--steps", 4, "--eta", 0.5);
    float[] again = sampled(3, "--sampler", "ddim", "--steps", 4, "--eta", 0.5, "--batch", 2);
    assertArrayEquals(three, again);
    assertEquals(3 * 6 * 4, three.length);
    float[] ddpm = sampled(3, "--steps", 4);
    assertFalse(Arrays.equals(three, ddpm));
  }

  @Test
  void theUsualStepsAreThoseOfTheScheduler() throws IOException {
    float[] usual = sampled(1);
    assertArrayEquals(usual, sampled(1, "--steps", 40)); // all that the schedule has
    sample(1, "--steps", 41)
        .fails(2, "--steps: expected 1 to 40 (the timesteps of the process), got 41");
  }

  @Test
  void picturesComeAsFilesToo() throws IOException {
    Path out = temporary.resolve("each");
    Shell.run("sample", "--from", pipeline.folder(), "--count", 2, "--steps", 2, "--out", out)
        .succeeds();
    try (Stream<Path> files = Files.list(out)) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void aFolderThatIsNoPipelineIsTold() {
    Shell.run("sample", "--from", temporary)
        .fails(
            1,
            temporary
                + ": expected model_index.json or config.json, found none; did you mean "
                + pipeline.folder() + "?");
  }

  @Test
  void aFolderWithoutTheSizeOfItsPicturesIsTold() throws IOException {
    pipeline.write("unet/config.json", SavedPipeline.NETWORK.replace("[6, 4]", "null"));
    sample(1)
        .fails(
            1,
            pipeline.folder()
                + ": expected the sample_size of its pictures in the config.json of unet, got none");
  }

  private float[] sampled(int count, Object... more) throws IOException {
    sample(count, more).succeeds();
    SafeTensors drawn = SafeTensors.read(temporary.resolve("samples.safetensors"));
    assertArrayEquals(new int[] {count, 6, 4, 1}, drawn.shape("samples"));
    return drawn.floats("samples");
  }

  private Shell sample(int count, Object... more) {
    Object[] words = {
      "sample",
      "--from",
      pipeline.folder(),
      "--count",
      count,
      "--out",
      temporary.resolve("samples.safetensors"),
      "--device",
      "reference"
    };
    return Shell.run(Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray());
  }
}
