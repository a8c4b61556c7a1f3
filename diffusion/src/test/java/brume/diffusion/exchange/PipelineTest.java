package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.End;
import brume.diffusion.sampler.Grid;
import brume.diffusion.sampler.LandingGrid;
import brume.diffusion.sampler.NoiseEstimate;
import brume.diffusion.sampler.Samplers;
import brume.diffusion.sampler.Spacings;
import brume.diffusion.sampler.Stride;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Text;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {

  @TempDir
  private Path folder;

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();
  private SavedPipeline saved;

  @BeforeEach
  void save() throws IOException {
    saved = new SavedPipeline(folder);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void aFolderLoads() throws IOException {
    Imported pipeline = open();
    assertEquals(Shape.of(6, 4, 1), pipeline.recipe().data().shape());
    assertEquals("ddpm", sampler(pipeline));
    assertEquals(40, pipeline.recipe().reverse().discrete("").q().steps());
    assertSameNumbers(saved.network().parameters(), pipeline.model(reference).parameters());
  }

  @Test
  void oldFoldersHaveAllFilesSideBySideAndOtherNamesForAttention() throws IOException {
    List<NamedParameter> parameters = saved.network().parameters();
    List<NamedParameter> old = parameters.stream()
        .map(p -> new NamedParameter(
            p.path()
                .replaceAll("to_(q|k|v)\\.", "$1.")
                .replace(".q.", ".query.")
                .replace(".k.", ".key.")
                .replace(".v.", ".value.")
                .replace("to_out.0", "proj_attn"),
            p.variable(),
            p.layout()))
        .toList();
    for (String file : List.of("unet/config.json", "scheduler/scheduler_config.json")) {
      Files.move(folder.resolve(file), folder.resolve(Path.of(file).getFileName()));
    }
    Files.delete(saved.weights());
    Files.delete(folder.resolve("unet"));
    Files.delete(folder.resolve("scheduler"));
    Weights.save(folder.resolve("diffusion_pytorch_model.safetensors"), old);
    assertSameNumbers(parameters, open().model(reference).parameters());
  }

  @Test
  void aPipelineOfDdimMakesDdimOfAnyScheduler() throws IOException {
    saved.write("model_index.json", SavedPipeline.INDEX.replace("DDPMPipeline", "DDIMPipeline"));
    assertEquals("ddim", sampler(open()));
  }

  /** Either scheduler can be made of either file. */
  @Test
  void theOtherSamplerHasTheSettingsOfTheFolder() throws IOException {
    saved.write(
        "scheduler/scheduler_config.json",
        with(SavedPipeline.SCHEDULER, "\"timestep_spacing\": \"trailing\""));
    Recipe recipe = Imported.open(folder, Optional.of("ddim")).recipe();
    assertEquals(
        new Samplers.Ddim(
            new LandingGrid(new Grid(40, new Spacings.Trailing()), End.DATA),
            0,
            NoiseEstimate.AS_PREDICTED,
            Stride.EQUAL),
        recipe.sampler());
  }

  private Imported open() throws IOException {
    return Imported.open(folder, Optional.empty());
  }

  private static String sampler(Imported imported) {
    return Samplers.CATALOG.of(imported.recipe().sampler()).name();
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(folder.resolve("unet/config.json"));
    assertRefused(Text.of(
        "%s: expected a file of a diffusers pipeline, found none",
        folder.resolve("unet/config.json")));
  }

  @Test
  void missingParametersAreNamed() throws IOException {
    Files.delete(saved.weights());
    assertRefused(saved.weights()
        + ": expected the network's parameters, found none; save it again with"
        + " safe_serialization=True");
  }

  @Test
  void otherPipelinesAndPartsAreRefused() throws IOException {
    Path index = folder.resolve("model_index.json");
    saved.write("model_index.json", SavedPipeline.INDEX.replace("DDPMPipeline", "PNDMPipeline"));
    assertRefused(
        index + ": expected _class_name to be one of DDIMPipeline, DDPMPipeline, DiTPipeline, got"
            + " \"PNDMPipeline\"");
    saved.write(
        "model_index.json", SavedPipeline.INDEX.replace("DDPMScheduler", "SASolverScheduler"));
    assertRefused(index
        + ": expected scheduler to be [\"diffusers\", "
        + String.join(" or ", SchedulerClass.names())
        + "], got [\"diffusers\",\"SASolverScheduler\"]");
    saved.write(
        "model_index.json",
        SavedPipeline.INDEX.replace("\"unet\"", "\"vqvae\": [\"a\", \"b\"], \"unet\""));
    assertRefused(index + ": expected vqvae to be absent (only unet and scheduler are known), got"
        + " [\"a\",\"b\"]");
  }

  @Test
  void optionsOfTheSchedulerThatBrumeLacksAreRefused() throws IOException {
    Path file = folder.resolve("scheduler/scheduler_config.json");
    saved.write(
        "scheduler/scheduler_config.json",
        with(SavedPipeline.SCHEDULER, "\"beta_schedule\": \"exp\""));
    assertRefused(file + ": expected beta_schedule to be one of laplace, linear, scaled_linear,"
        + " sigmoid, squaredcos_cap_v2, got \"exp\"");
    saved.write(
        "scheduler/scheduler_config.json",
        with(SavedPipeline.SCHEDULER, "\"use_karras_sigmas\": true"));
    assertRefused(file + ": expected options known to Brume, got use_karras_sigmas = true");
    saved.write(
        "scheduler/scheduler_config.json", with(SavedPipeline.SCHEDULER, "\"beta_end\": 7"));
    assertRefused(file + ": process.schedule.betaEnd: expected 0 to 1, got 7");
  }

  @Test
  void optionsThatAreOffNeedNotBeKnown() throws IOException {
    saved.write(
        "scheduler/scheduler_config.json",
        with(SavedPipeline.SCHEDULER, "\"use_karras_sigmas\": false"));
    open();
  }

  @Test
  void optionsOfTheNetworkThatBrumeLacksAreRefused() throws IOException {
    Path file = folder.resolve("unet/config.json");
    saved.write("unet/config.json", with(SavedPipeline.NETWORK, "\"act_fn\": \"gelu\""));
    assertRefused(file + ": expected act_fn to be one of silu, swish, got \"gelu\"");
    saved.write("unet/config.json", with(SavedPipeline.NETWORK, "\"num_class_embeds\": 1"));
    assertRefused(
        file + ": expected num_class_embeds to be 2 to 65536, the last for no class, got 1");
    saved.write(
        "unet/config.json", with(SavedPipeline.NETWORK, "\"class_embed_type\": \"timestep\""));
    assertRefused(
        file + ": expected class_embed_type to be null, a table of classes, got \"timestep\"");
    saved.write(
        "unet/config.json",
        with(SavedPipeline.NETWORK, "\"num_class_embeds\": 4").replace("[6, 4]", "null"));
    assertRefused(file + ": expected a sample_size beside num_class_embeds, got none");
    saved.write("unet/config.json", SavedPipeline.NETWORK.replace("\"AttnUpBlock2D\", ", ""));
    assertRefused(
        file + ": expected block_out_channels to be as many numbers as down_block_types and"
            + " up_block_types have entries, 2 and 1, got [4,8]");
    saved.write(
        "unet/config.json",
        SavedPipeline.NETWORK.replace("\"out_channels\": 1", "\"out_channels\": 2"));
    assertRefused(folder.resolve("unet") + ": expected 1 out_channels for 1 in_channels with the"
        + " variance of its scheduler, got 2");
  }

  @Test
  void theLastOfTheClassesStandsForNone() throws IOException {
    saved = new SavedPipeline(
        folder, with(SavedPipeline.NETWORK, "\"num_class_embeds\": 4, \"class_embed_type\": null"));
    Imported pipeline = open();
    assertEquals(List.of("0", "1", "2"), pipeline.recipe().classes());
    assertEquals(
        List.of(folder.resolve("unet/config.json")
            + ": the last of its 4 class embeddings is taken for no class"),
        pipeline.remarks());
    assertSameNumbers(saved.network().parameters(), pipeline.model(reference).parameters());
    assertTrue(pipeline.model(reference).parameters().stream()
        .anyMatch(p -> p.path().equals("class_embedding.weight")
            && p.variable().shape().equals(Shape.of(4, 16))));
  }

  @Test
  void levelsMayResampleByResidualBlocks() throws IOException {
    saved.write(
        "unet/config.json",
        SavedPipeline.NETWORK
            .replace("\"DownBlock2D\"", "\"ResnetDownsampleBlock2D\"")
            .replace("\"AttnUpBlock2D\"", "\"ResnetUpsampleBlock2D\""));
    List<String> names =
        saved.network().parameters().stream().map(NamedParameter::path).toList();
    assertTrue(names.contains("down_blocks.0.downsamplers.0.time_emb_proj.weight"));
    assertTrue(names.contains("up_blocks.0.upsamplers.0.conv1.weight"));
  }

  private static String with(String json, String option) {
    return json.replaceFirst("\\{", "{" + option + ", ");
  }

  private void assertRefused(String sentence) {
    assertEquals(sentence, refusal());
  }

  private String refusal() {
    return String.valueOf(
        assertThrows(IOException.class, () -> open().model(reference)).getMessage());
  }

  private static void assertSameNumbers(List<NamedParameter> expected, List<NamedParameter> got) {
    for (int i = 0; i < expected.size(); i++) {
      double[] one = expected.get(i).variable().value().toDoubles();
      double[] other = got.get(i).variable().value().toDoubles();
      assertArrayEquals(one, other, expected.get(i).path());
    }
  }
}
