package brume.diffusion.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.nn.unet.UNet2D;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.kernel.Backend;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTest {

  private static final String INDEX =
      """
      {"_class_name": "DDPMPipeline", "_diffusers_version": "0.40.0",
       "unet": ["diffusers", "UNet2DModel"], "scheduler": ["diffusers", "DDPMScheduler"]}
      """;
  private static final String NETWORK =
      """
      {"_class_name": "UNet2DModel", "sample_size": [6, 4], "in_channels": 1, "out_channels": 1,
       "block_out_channels": [4, 8], "layers_per_block": 1, "norm_num_groups": 2,
       "attention_head_dim": null, "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
       "up_block_types": ["AttnUpBlock2D", "UpBlock2D"]}
      """;
  private static final String SCHEDULER =
      """
      {"_class_name": "DDPMScheduler", "num_train_timesteps": 40, "trained_betas": null}
      """;

  @TempDir
  private Path folder = Path.of("");

  private final Backend reference = Backends.reference();
  private final Scope scope = Scope.open();

  @BeforeEach
  void save() throws IOException {
    write("model_index.json", INDEX);
    write("unet/config.json", NETWORK);
    write("scheduler/scheduler_config.json", SCHEDULER);
    Weights.save(weights(), network().parameters());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void aFolderLoads() throws IOException {
    Pipeline pipeline = Pipeline.open(folder, reference);
    assertEquals(Shape.of(6, 4, 1), pipeline.picture());
    assertEquals(SchedulerKind.DDPM, pipeline.scheduler().kind());
    assertEquals(40, pipeline.scheduler().schedule().steps());
    assertSameNumbers(network().parameters(), pipeline.network().parameters());
  }

  @Test
  void oldFoldersHaveAllFilesSideBySideAndOtherNamesForAttention() throws IOException {
    List<NamedParameter> saved = network().parameters();
    List<NamedParameter> old = saved.stream()
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
    Files.delete(weights());
    Files.delete(folder.resolve("unet"));
    Files.delete(folder.resolve("scheduler"));
    Weights.save(folder.resolve("diffusion_pytorch_model.safetensors"), old);
    assertSameNumbers(saved, Pipeline.open(folder, reference).network().parameters());
  }

  @Test
  void aPipelineOfDdimMakesDdimOfAnyScheduler() throws IOException {
    write("model_index.json", INDEX.replace("DDPMPipeline", "DDIMPipeline"));
    assertEquals(
        SchedulerKind.DDIM, Pipeline.open(folder, reference).scheduler().kind());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(folder.resolve("unet/config.json"));
    assertRefused("%s: expected a file of a diffusers pipeline, found none"
        .formatted(folder.resolve("unet/config.json")));
  }

  @Test
  void missingParametersAreNamed() throws IOException {
    Files.delete(weights());
    assertRefused(
        weights() + ": expected the network's parameters, found none; save the pipeline again with"
            + " safe_serialization=True, in one file");
  }

  @Test
  void otherPipelinesAndPartsAreRefused() throws IOException {
    Path index = folder.resolve("model_index.json");
    write("model_index.json", INDEX.replace("DDPMPipeline", "PNDMPipeline"));
    assertRefused(index + ": expected _class_name to be one of DDIMPipeline, DDPMPipeline, got"
        + " \"PNDMPipeline\"");
    write("model_index.json", INDEX.replace("DDPMScheduler", "PNDMScheduler"));
    assertRefused(
        index + ": expected scheduler to be [\"diffusers\", DDPMScheduler or DDIMScheduler], got"
            + " [\"diffusers\",\"PNDMScheduler\"]");
    write("model_index.json", INDEX.replace("\"unet\"", "\"vqvae\": [\"a\", \"b\"], \"unet\""));
    assertRefused(index + ": expected vqvae to be absent (only unet and scheduler are known), got"
        + " [\"a\",\"b\"]");
  }

  @Test
  void optionsOfTheSchedulerThatBrumeLacksAreRefused() throws IOException {
    Path file = folder.resolve("scheduler/scheduler_config.json");
    write("scheduler/scheduler_config.json", with(SCHEDULER, "\"beta_schedule\": \"laplace\""));
    assertRefused(file + ": expected beta_schedule to be one of linear, scaled_linear, sigmoid,"
        + " squaredcos_cap_v2, got \"laplace\"");
    write("scheduler/scheduler_config.json", with(SCHEDULER, "\"use_karras_sigmas\": true"));
    assertRefused(file + ": expected options known to Brume, got use_karras_sigmas = true");
    write("scheduler/scheduler_config.json", with(SCHEDULER, "\"beta_end\": 7"));
    assertTrue(refusal().startsWith(file + ": schedule: expected every beta in (0, 1]"));
  }

  @Test
  void optionsThatAreOffNeedNotBeKnown() throws IOException {
    write("scheduler/scheduler_config.json", with(SCHEDULER, "\"use_karras_sigmas\": false"));
    Pipeline.open(folder, reference);
  }

  @Test
  void optionsOfTheNetworkThatBrumeLacksAreRefused() throws IOException {
    Path file = folder.resolve("unet/config.json");
    write("unet/config.json", with(NETWORK, "\"act_fn\": \"gelu\""));
    assertRefused(file + ": expected act_fn to be one of silu, swish, got \"gelu\"");
    write("unet/config.json", with(NETWORK, "\"num_class_embeds\": 10"));
    assertRefused(file + ": expected options known to Brume, got num_class_embeds = 10");
    write("unet/config.json", NETWORK.replace("\"AttnUpBlock2D\", ", ""));
    assertRefused(
        file + ": expected block_out_channels to be as many numbers as down_block_types and"
            + " up_block_types have entries, 2 and 1, got [4,8]");
    write("unet/config.json", NETWORK.replace("\"out_channels\": 1", "\"out_channels\": 2"));
    assertRefused(folder.resolve("unet") + ": expected 1 out_channels for 1 in_channels with the"
        + " variance of its scheduler, got 2");
  }

  @Test
  void levelsMayResampleByResidualBlocks() throws IOException {
    write(
        "unet/config.json",
        NETWORK
            .replace("\"DownBlock2D\"", "\"ResnetDownsampleBlock2D\"")
            .replace("\"AttnUpBlock2D\"", "\"ResnetUpsampleBlock2D\""));
    List<String> names =
        network().parameters().stream().map(NamedParameter::path).toList();
    assertTrue(names.contains("down_blocks.0.downsamplers.0.time_emb_proj.weight"));
    assertTrue(names.contains("up_blocks.0.upsamplers.0.conv1.weight"));
  }

  private UNet2D network() throws IOException {
    NetworkFile file = NetworkFile.read(folder.resolve("unet/config.json"));
    return new UNet2D(reference, RandomKey.of(7), file.network());
  }

  private Path weights() {
    return folder.resolve("unet/diffusion_pytorch_model.safetensors");
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String with(String json, String option) {
    return json.replaceFirst("\\{", "{" + option + ", ");
  }

  private void assertRefused(String sentence) {
    assertEquals(sentence, refusal());
  }

  private String refusal() {
    return String.valueOf(
        assertThrows(IOException.class, () -> Pipeline.open(folder, reference)).getMessage());
  }

  private static void assertSameNumbers(List<NamedParameter> expected, List<NamedParameter> got) {
    for (int i = 0; i < expected.size(); i++) {
      double[] one = expected.get(i).variable().value().toDoubles();
      double[] other = got.get(i).variable().value().toDoubles();
      assertArrayEquals(one, other, expected.get(i).path());
    }
  }
}
