package brume.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.autograd.Tape;
import brume.diffusion.cli.Main;
import brume.diffusion.exchange.PixelFolder;
import brume.diffusion.exchange.TextEncoderFile;
import brume.diffusion.exchange.WeightWidth;
import brume.diffusion.pipeline.Said;
import brume.diffusion.pipeline.TextToPicture;
import brume.diffusion.recipe.Recipe;
import brume.diffusion.sampler.NoiseSource;
import brume.diffusion.sampler.Randomness;
import brume.diffusion.sampler.Sampler;
import brume.diffusion.sampler.SamplingListener;
import brume.diffusion.text.T5Tokenizer;
import brume.nn.Context;
import brume.nn.Pass;
import brume.nn.layer.Activation;
import brume.nn.text.T5Config;
import brume.nn.text.T5Encoder;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code brume sample --from FOLDER --prompt TEXT} and {@code brume enlarge} with folders of IF, which are put together of
 * a network that comes with Brume and of a small T5 with random weights.
 */
class PixelFolderCommandTest {

  private static final Device DEVICE = Backends.named("reference");
  private static final int WIDTH = 16; // of what the networks attend to

  @TempDir
  private Path temporary;

  private Path draws = Path.of(""), enlarges = Path.of("");

  @BeforeEach
  void folders() throws IOException {
    draws = folder("if_stage1", "IFPipeline", "");
    enlarges = folder(
        "if_super_res",
        "IFSuperResolutionPipeline",
        ", \"image_noising_scheduler\": [\"diffusers\", \"DDPMScheduler\"]");
  }

  private Path folder(String name, String pipeline, String more) throws IOException {
    Path folder = TextFolders.copied(name, temporary.resolve(name));
    Files.writeString(
        folder.resolve("model_index.json"),
        Text.of(
            """
        {"_class_name": "%s", "requires_safety_checker": true,
         "tokenizer": ["transformers", "T5Tokenizer"],
         "text_encoder": ["transformers", "T5EncoderModel"],
         "unet": ["diffusers", "UNet2DConditionModel"],
         "scheduler": ["diffusers", "DDPMScheduler"],
         "watermarker": ["deepfloyd_if", "IFWatermarker"],
         "safety_checker": ["deepfloyd_if", "IFSafetyChecker"]%s}
        """,
            pipeline, more));
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    Files.copy(
        GoldenCases.shipped().resolve("models/text/t5_tokenizer/spiece.model"),
        tokenizer.resolve("spiece.model"));
    try (Scope scope = Scope.open()) {
      T5Config config = new T5Config(
          T5Tokenizer.open(tokenizer).size(),
          WIDTH,
          4,
          2,
          24,
          2,
          8,
          16,
          Activation.GELU_TANH,
          true,
          1e-6);
      TextEncoderFile.write(
          new T5Encoder(DEVICE, RandomKey.of(7), config), folder.resolve("text_encoder"));
    }
    return folder;
  }

  @Test
  void pixelsAreWhatT5AndTheNetworkSay() throws IOException {
    float[] drawn = sampled("--prompt", "A small Boat ", "--guidance", "3");
    assertEquals(8 * 8 * 3, drawn.length);
    double[] wanted;
    try (Scope scope = Scope.open()) {
      PixelFolder folder = PixelFolder.open(draws, Optional.empty(), Optional.empty());
      ObjectNode called = JsonNodeFactory.instance.objectNode();
      called.putObject("sampler").put("steps", 3);
      called.putObject("guidance").put("scale", 3);
      Recipe recipe = Recipe.ENGINE.read(called, folder.recipe());
      Said said = new Said(said(folder, "a small boat"), Optional.of(said(folder, "")));
      NoiseSource noise = Randomness.of(5).samples(0);
      Sampler sampler = recipe.sampler().create(recipe.reverse());
      Tensor end = sampler.sample(
          TextToPicture.estimates(folder.network(WeightWidth.FLOAT, DEVICE), said, recipe),
          noise.start(DEVICE, Shape.of(1, 8, 8, 3)),
          noise,
          SamplingListener.NONE);
      wanted = Arrays.stream(end.toDoubles())
          .map(x -> Math.min(1, Math.max(0, x / 2 + 0.5)))
          .toArray();
    }
    double[] got = new double[drawn.length];
    Arrays.setAll(got, i -> drawn[i]);
    assertArrayEquals(wanted, got, 1e-6);
  }

  private static Context said(PixelFolder folder, String text) throws IOException {
    try (Tape.Pause pause = Tape.pause()) {
      return Context.of(folder
          .words(DEVICE)
          .encodeMasked(
              T5Tokenizer.open(folder.tokenizer()).rows(List.of(text), 77), Pass.inference()));
    }
  }

  @Test
  void whatIsSaidCounts() throws IOException {
    float[] boat = sampled("--prompt", "a boat");
    assertArrayEquals(boat, sampled("--prompt", " A BOAT"));
    assertFalse(Arrays.equals(boat, sampled("--prompt", "a bird")));
    assertFalse(Arrays.equals(boat, sampled("--prompt", "a boat", "--negative-prompt", "rain")));
    assertFalse(Arrays.equals(boat, sampled("--prompt", "a boat", "--guidance", "none")));
    assertEquals(12 * 8 * 3, sampled("--prompt", "a boat", "--size", "12x8").length);
  }

  @Test
  void aPictureIsEnlarged() throws IOException {
    Path small = temporary.resolve("small.safetensors");
    double[] pixels = new double[8 * 8 * 3];
    Arrays.setAll(pixels, i -> i % 7 / 7.0);
    new SafeTensorsWriter().add("pictures", new int[] {1, 8, 8, 3}, pixels).write(small);
    String[] asked = {"--prompt", "a boat", "--image", small.toString()};
    float[] large = drawn("enlarge", enlarges, asked);
    assertEquals(16 * 16 * 3, large.length);
    assertArrayEquals(large, drawn("enlarge", enlarges, with(asked, "--noise-level", "250")));
    assertFalse(
        Arrays.equals(large, drawn("enlarge", enlarges, with(asked, "--noise-level", "0"))));
    assertEquals(
        "--noise-level: expected a whole number from 0 to 999 with this folder, got 1000.0",
        refused("enlarge", enlarges, with(asked, "--noise-level", "1000")));
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void whatDoesNotFitIsToldInOneSentence() throws IOException {
    assertEquals(
        "--clip-skip: expected with a folder of Stable Diffusion, got one of IF, which has no such"
            + " thing",
        refused("sample", draws, "--prompt", "a", "--clip-skip", "1"));
    assertEquals(
        "--prompt-2: expected with a folder of two text encoders, got one",
        refused("sample", draws, "--prompt", "a", "--prompt-2", "b"));
    assertTrue(refused("sample", enlarges, "--prompt", "a").contains("brume enlarge"));
    TextFolders.replace(
        draws.resolve("unet/config.json"), "\"encoder_hid_dim\": 16", "\"encoder_hid_dim\": 12");
    assertTrue(refused("sample", draws, "--prompt", "a")
        .endsWith(
            "expected an encoder_hid_dim of unet of 16, as text_encoder has in d_model, got 12"));
    TextFolders.replace(
        draws.resolve("model_index.json"), "\"T5EncoderModel\"", "\"CLIPTextModel\"");
    assertTrue(
        refused("sample", draws, "--prompt", "a").contains("text_encoder to be a T5EncoderModel"));
  }

  private float[] sampled(String... more) throws IOException {
    return drawn("sample", draws, more);
  }

  private float[] drawn(String command, Path folder, String... more) throws IOException {
    Path out = temporary.resolve("out.safetensors");
    Files.deleteIfExists(out);
    run(true, command, folder, out, more);
    return SafeTensors.read(out).floats("samples");
  }

  private String refused(String command, Path folder, String... more) {
    List<String> lines =
        run(false, command, folder, temporary.resolve("out.png"), more).lines().toList();
    return lines.get(lines.size() - 1).replaceFirst("^brume: ", "");
  }

  private static String run(boolean works, String command, Path folder, Path out, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--from", folder.toString()));
    words.addAll(List.of("--steps", "3", "--seed", "5", "--device", "reference"));
    words.addAll(List.of("--out", out.toString()));
    words.addAll(List.of(more));
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      boolean worked = Main.run(words.toArray(String[]::new)) == 0;
      assertEquals(works, worked, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
