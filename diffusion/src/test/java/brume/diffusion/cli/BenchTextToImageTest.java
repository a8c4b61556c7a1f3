package brume.diffusion.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchTextToImageTest {

  private static final int PARAMETERS = 3_222_692; // as diffusers counts them

  @TempDir
  private Path folder;

  private static JsonNode measured(Object... more) throws IOException {
    Object[] words = {
      "bench", "text-to-image", "--shape", "tiny", "--steps", "1", "--warmup", "0", "--json"
    };
    Object[] all = new Object[words.length + more.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return new JsonMapper().readTree(Shell.run(all).succeeds().out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"float", "half"})
  void aStepAndADecoderAreMeasured(String weights) throws IOException {
    JsonNode figures = measured("--weights", weights, "--device", "cpu");
    assertEquals(weights, figures.path("weights").asText());
    assertEquals(PARAMETERS, figures.path("params").asInt());
    assertTrue(figures.path("step_s").asDouble() > 0, figures.toString());
    assertTrue(figures.path("decode_s").asDouble() > 0, figures.toString());
  }

  @Test
  void aFolderIsWrittenOnceInHalfPrecisionAndRead() throws IOException {
    measured("--folder", folder, "--measure", "step", "--device", "cpu");
    Path weights = folder.resolve("unet/diffusion_pytorch_model.safetensors");
    long size = Files.size(weights);
    assertTrue(size > 2L * PARAMETERS && size < 2.2 * PARAMETERS, size + " bytes");
    Object written = Files.getLastModifiedTime(weights);
    assertEquals(
        PARAMETERS,
        measured("--folder", folder, "--measure", "step", "--weights", "float")
            .path("params")
            .asInt());
    assertEquals(written, Files.getLastModifiedTime(weights));
  }

  @Test
  void refusesNoStepsAndNumbersThatADeviceDoesNotHold() {
    Shell.run("bench", "text-to-image", "--steps", "0")
        .fails(2, "--steps: expected 1 or more, got 0");
    Shell.run("bench", "text-to-image", "--warmup", "-1")
        .fails(2, "--warmup: expected 0 or more, got -1");
  }
}
