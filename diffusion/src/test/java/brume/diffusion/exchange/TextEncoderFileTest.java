package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.fuzz.Fuzzing;
import brume.nn.Layer;
import brume.nn.NamedParameter;
import brume.nn.io.Weights;
import brume.nn.layer.Activation;
import brume.nn.text.Clip;
import brume.nn.text.ClipText;
import brume.nn.text.ClipTextConfig;
import brume.nn.text.ClipVision;
import brume.nn.text.ClipVisionConfig;
import brume.nn.text.T5Config;
import brume.nn.text.T5Encoder;
import brume.nn.text.TransformerConfig;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextEncoderFileTest {

  private static final Device ON = Backends.reference();
  private static final TransformerConfig LAYERS =
      new TransformerConfig(4, 6, 2, 2, Activation.QUICK_GELU, 1e-5);

  @TempDir
  private Path folder;

  private static ClipText text(int projection) {
    return new ClipText(ON, RandomKey.of(1), new ClipTextConfig(10, 5, LAYERS, 8, projection));
  }

  private static T5Encoder t5() {
    return new T5Encoder(
        ON,
        RandomKey.of(1),
        new T5Config(6, 4, 3, 2, 5, 2, 4, 3, Activation.GELU_TANH, true, 1e-6));
  }

  private static void requireSame(Layer written, Layer read) {
    List<NamedParameter> all = written.parameters();
    assertEquals(all.size(), read.parameters().size());
    for (int i = 0; i < all.size(); i++) {
      assertEquals(all.get(i).path(), read.parameters().get(i).path());
      assertArrayEquals(
          all.get(i).variable().value().toFloats(),
          read.parameters().get(i).variable().value().toFloats(),
          all.get(i).path());
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    try (Scope scope = Scope.open()) {
      for (int projection : new int[] {0, 3}) {
        ClipText text = text(projection);
        TextEncoderFile.write(text, folder);
        requireSame(text, TextEncoderFile.openText(folder, ON));
        assertEquals(text.config(), TextEncoderFile.openText(folder, ON).config());
        ClipVision vision =
            new ClipVision(ON, RandomKey.of(2), new ClipVisionConfig(3, 4, 2, LAYERS, projection));
        TextEncoderFile.write(vision, folder);
        requireSame(vision, TextEncoderFile.openVision(folder, ON));
        assertEquals(vision.config(), TextEncoderFile.openVision(folder, ON).config());
      }
      for (boolean gated : new boolean[] {true, false}) {
        T5Encoder t5 = new T5Encoder(
            ON,
            RandomKey.of(1),
            new T5Config(6, 4, 3, 2, 5, 2, 4, 3, Activation.RELU, gated, 1e-6));
        TextEncoderFile.write(t5, folder);
        requireSame(t5, TextEncoderFile.openT5(folder, ON));
        assertEquals(t5.config(), TextEncoderFile.openT5(folder, ON).config());
      }
    }
  }

  @Test
  void theTowersOfAWholeClipAreReadAlone() throws IOException {
    try (Scope scope = Scope.open()) {
      Clip clip = new Clip(
          ON,
          RandomKey.of(1),
          new ClipTextConfig(10, 5, LAYERS, 8, 3),
          new ClipVisionConfig(3, 4, 2, LAYERS, 3));
      TextEncoderFile.write(clip, folder);
      requireSame(clip, TextEncoderFile.openClip(folder, ON));
      requireSame(clip.text(), TextEncoderFile.openText(folder, ON));
      requireSame(clip.vision(), TextEncoderFile.openVision(folder, ON));
    }
  }

  @Test
  void namesWithoutPrefixAreFound() throws IOException {
    try (Scope scope = Scope.open()) {
      ClipText text = text(0);
      TextEncoderFile.write(text, folder);
      Weights.save(folder.resolve("model.safetensors"), renamed(text, "text_model.", ""));
      requireSame(text, TextEncoderFile.openText(folder, ON));
      T5Encoder t5 = t5();
      TextEncoderFile.write(t5, folder);
      Weights.save(
          folder.resolve("model.safetensors"), renamed(t5, "shared.", "encoder.embed_tokens."));
      requireSame(t5, TextEncoderFile.openT5(folder, ON));
    }
  }

  private static List<NamedParameter> renamed(Layer layer, String from, String to) {
    return layer.parameters().stream()
        .map(p -> new NamedParameter(p.path().replace(from, to), p.variable(), p.layout()))
        .toList();
  }

  @Test
  void shardsAreRead() throws IOException {
    try (Scope scope = Scope.open()) {
      T5Encoder t5 = t5();
      TextEncoderFile.write(t5, folder);
      Files.delete(folder.resolve("model.safetensors"));
      List<NamedParameter> all = t5.parameters();
      String first = "model-00001-of-00002.safetensors", second = first.replace("00001-", "00002-");
      Weights.save(folder.resolve(first), all.subList(0, 4));
      Weights.save(folder.resolve(second), all.subList(4, all.size()));
      StringBuilder index = new StringBuilder("{\"weight_map\": {");
      for (int i = 0; i < all.size(); i++) {
        index.append(i == 0 ? "" : ", ").append('"').append(all.get(i).path()).append("\": \"");
        index.append(i < 4 ? first : second).append('"');
      }
      Files.writeString(folder.resolve("model.safetensors.index.json"), index + "}}");
      requireSame(t5, TextEncoderFile.openT5(folder, ON));
    }
  }

  @Test
  void whatBrumeDoesNotHaveIsRefused() throws IOException {
    try (Scope scope = Scope.open()) {
      TextEncoderFile.write(text(0), folder);
      Path config = folder.resolve("config.json");
      String settings = Files.readString(config);
      refuses(
          settings.replace("quick_gelu", "mish"),
          ": expected hidden_act to be one of gelu, gelu_new, gelu_pytorch_tanh, quick_gelu, relu, silu,"
              + " got \"mish\"");
      refuses(
          settings.replace("CLIPTextModel", "BertModel"),
          ": expected architectures to be one of CLIPTextModel, CLIPTextModelWithProjection, CLIPModel, got"
              + " [\"BertModel\"]");
      refuses(
          settings.replace("\"num_attention_heads\" : 2", "\"num_attention_heads\" : 3"),
          ": transformer: expected channels that are a multiple of the heads, got 4 and 3");
      refuses(
          settings.replace("\"num_hidden_layers\"", "\"rotary\" : true, \"num_hidden_layers\""),
          ": expected options known to Brume, got rotary = true");
      Files.writeString(config, settings.replace("\"vocab_size\" : 10", "\"vocab_size\" : 11"));
      IOException other =
          assertThrows(IOException.class, () -> TextEncoderFile.openText(folder, ON));
      assertTrue(
          String.valueOf(other.getMessage())
              .contains("token_embedding.weight (expected (11, 4), got (10, 4))"),
          other.getMessage());
    }
  }

  private void refuses(String settings, String sentence) throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, settings);
    IOException refusal =
        assertThrows(IOException.class, () -> TextEncoderFile.openText(folder, ON));
    assertEquals(config + sentence, refusal.getMessage());
  }

  @Test
  void damagedSettings() throws IOException {
    try (Scope scope = Scope.open()) {
      TextEncoderFile.write(t5(), folder);
    }
    Path file = folder.resolve("config.json");
    byte[] whole = Files.readAllBytes(file);
    Fuzzing.run(
        TextEncoderFileTest.class,
        "text-encoder-config",
        file,
        damage -> damage.of(whole, List.of(whole)),
        List.of(() -> {
          try (Scope scope = Scope.open()) {
            Options options = Options.read(file);
            if (!Files.readString(file, StandardCharsets.ISO_8859_1).matches("(?s).*\\d{3}.*")) {
              TextEncoderFile.openT5(folder, ON);
            } else {
              TextEncoderFile.t5(options);
            }
          }
        }),
        List.of(folder.toString()));
  }
}
