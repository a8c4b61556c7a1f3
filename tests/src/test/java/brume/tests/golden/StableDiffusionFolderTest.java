package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.exchange.StableDiffusionFolder;
import brume.diffusion.sampler.Samplers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a folder of Stable Diffusion says, and what is refused before anything of it is loaded. */
class StableDiffusionFolderTest {

  @TempDir
  private Path temporary;

  private Path folder = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    folder = TextFolders.copied("sd1", temporary.resolve("sd1"));
  }

  private StableDiffusionFolder open() throws IOException {
    return StableDiffusionFolder.open(folder, Optional.empty());
  }

  private String refused() {
    return String.valueOf(assertThrows(IOException.class, this::open).getMessage());
  }

  @Test
  void itSaysHowItDraws() throws IOException {
    assertTrue(StableDiffusionFolder.isOne(folder));
    assertFalse(StableDiffusionFolder.isOne(temporary));
    StableDiffusionFolder opened = open();
    assertEquals("pndm", Samplers.CATALOG.of(opened.recipe().sampler()).name());
    assertArrayEquals(new int[] {16, 16}, opened.pictureSize().orElseThrow());
    assertEquals(List.of(), opened.remarks());
    StableDiffusionFolder other = StableDiffusionFolder.open(folder, Optional.of("ddim"));
    assertEquals("ddim", Samplers.CATALOG.of(other.recipe().sampler()).name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_index.json | StableDiffusionPipeline | StableDiffusionXLAdapterPipeline | _class_name",
        "model_index.json | StableDiffusionPipeline | StableDiffusion3Pipeline | _class_name",
        "model_index.json | StableDiffusionPipeline | FluxPipeline | _class_name",
        "model_index.json | StableDiffusionPipeline | IFPipeline | _class_name",
        "model_index.json | \"AutoencoderKL\" | \"AutoencoderTiny\" | vae to be a AutoencoderKL",
        "model_index.json | \"CLIPTextModel\" | \"T5EncoderModel\" | text_encoder to be a CLIPTextModel",
        "model_index.json | \"safety_checker\" | \"controlnet\": [\"diffusers\", \"X\"], \"safety_checker\" | controlnet to be absent",
        "model_index.json | PNDMScheduler | ScoreSdeVeScheduler | scheduler to be a",
        "unet/config.json | \"time_cond_proj_dim\": null | \"time_cond_proj_dim\": 256 | time_cond_proj_dim",
        "unet/config.json | \"in_channels\": 4 | \"in_channels\": 8 | 4 in_channels of unet",
        "unet/config.json | \"cross_attention_dim\": 16 | \"cross_attention_dim\": 12 | cross_attention_dim of unet of 16",
        "vae/config.json | \"latents_mean\": null | \"latents_mean\": [1] | latents_mean to be null",
        "scheduler/scheduler_config.json | scaled_linear | wavy | beta_schedule"
      })
  void whatIsNotKnownIsNamed(String file, String old, String other, String named)
      throws IOException {
    TextFolders.replace(folder.resolve(file), old, other);
    String sentence = refused();
    assertTrue(sentence.contains(named) && sentence.contains("expected"), sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "unet/diffusion_pytorch_model.safetensors",
    "vae/diffusion_pytorch_model.safetensors",
    "text_encoder/model.safetensors"
  })
  void missingWeightsAreToldAtOnce(String file) throws IOException {
    Files.delete(folder.resolve(file));
    String sentence = refused();
    assertTrue(sentence.contains(file), sentence);
  }

  @Test
  void aSafetyCheckerIsTold() throws IOException {
    TextFolders.replace(
        folder.resolve("model_index.json"),
        "\"safety_checker\": [\n    null,\n    null\n  ]",
        "\"safety_checker\": [\"stable_diffusion\", \"StableDiffusionSafetyChecker\"]");
    assertEquals(
        List.of(
            folder.resolve("model_index.json") + ": its safety_checker looks at no picture here"),
        open().remarks());
  }
}
