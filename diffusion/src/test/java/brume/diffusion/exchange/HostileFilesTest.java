package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import brume.diffusion.settings.SettingsFile;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever lies in a folder, it is a model or refused in one sentence. */
class HostileFilesTest {

  private static final Map<String, String> FILES = Map.of(
      "index", "model_index.json",
      "unet", "unet/config.json",
      "scheduler", "scheduler/scheduler_config.json",
      "weights", "unet/diffusion_pytorch_model.safetensors");

  /** Options of both schedulers, of the network and of the index, and none. */
  private static final List<String> NAMES = List.of(
      "_class_name",
      "num_train_timesteps",
      "beta_start",
      "beta_end",
      "beta_schedule",
      "trained_betas",
      "rescale_betas_zero_snr",
      "prediction_type",
      "predict_epsilon",
      "variance_type",
      "clip_sample",
      "clip_sample_range",
      "thresholding",
      "dynamic_thresholding_ratio",
      "sample_max_value",
      "timestep_spacing",
      "steps_offset",
      "set_alpha_to_one",
      "sample_size",
      "in_channels",
      "out_channels",
      "block_out_channels",
      "layers_per_block",
      "down_block_types",
      "up_block_types",
      "downsample_type",
      "upsample_type",
      "attention_head_dim",
      "norm_num_groups",
      "attn_norm_num_groups",
      "norm_eps",
      "resnet_time_scale_shift",
      "time_embedding_dim",
      "flip_sin_to_cos",
      "freq_shift",
      "add_attention",
      "mid_block_scale_factor",
      "mid_block_type",
      "downsample_padding",
      "center_input_sample",
      "dropout",
      "act_fn",
      "unet",
      "scheduler",
      "something_else",
      "");

  private static final List<String> VALUES = List.of(
      "null",
      "true",
      "false",
      "0",
      "1",
      "-1",
      "2",
      "3",
      "0.5",
      "1.0",
      "1e-30",
      "1e30",
      "1e999",
      "2147483647",
      "-2147483648",
      "99999999999999999999",
      "\"\"",
      "\"x\"",
      "\"linear\"",
      "\"sigmoid\"",
      "\"squaredcos_cap_v2\"",
      "\"leading\"",
      "\"linspace\"",
      "\"sample\"",
      "\"learned_range\"",
      "\"DDIMScheduler\"",
      "\"DDIMPipeline\"",
      "[]",
      "{}",
      "[null]",
      "[0.1]",
      "[4, 8]",
      "[8, 16, 32]",
      "[[1]]",
      "[\"DownBlock2D\", \"DownBlock2D\"]",
      "[\"diffusers\", \"DDIMScheduler\"]",
      "{\"a\": 1}");

  private static final JsonMapper JSON = new JsonMapper();

  private static Path folder = Path.of("");
  private static Map<String, byte[]> whole = Map.of();

  /** One option of a file, replaced or added. */
  record Change(String file, String name, String value) {}

  @BeforeContainer
  static void save() throws IOException {
    folder = Files.createTempDirectory("hostile");
    new SavedPipeline(folder);
    whole = Map.of(
        "index", bytes("index"),
        "unet", bytes("unet"),
        "scheduler", bytes("scheduler"),
        "weights", bytes("weights"));
  }

  @AfterContainer
  static void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(place(file));
  }

  private static Path place(String file) {
    return folder.resolve(Objects.requireNonNull(FILES.get(file), file));
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(
            Arbitraries.of("index", "unet", "scheduler"),
            Arbitraries.of(NAMES),
            Arbitraries.of(VALUES))
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  @Property(tries = 1500)
  void optionsOfAnyKindAreReadOrRefused(@ForAll("changes") List<Change> changes)
      throws IOException {
    restore();
    for (Change change : changes) {
      ObjectNode tree = (ObjectNode) SettingsFile.read(
          new ByteArrayInputStream(Files.readAllBytes(place(change.file()))), "tree");
      JsonNode value = JSON.readTree(change.value());
      tree.set(change.name(), value);
      Files.writeString(place(change.file()), tree.toString());
    }
    requireModelOrSentence();
  }

  @Property(tries = 1500)
  void bytesOfAnyKindAreReadOrRefused(
      @ForAll("files") String file,
      @ForAll("places") double place,
      @ForAll byte[] put,
      @ForAll boolean cut)
      throws IOException {
    restore();
    byte[] bytes = Objects.requireNonNull(whole.get(file), file);
    int at = (int) (Math.pow(place, 3) * bytes.length); // mostly in the header
    int end = Math.min(bytes.length, at + put.length);
    byte[] changed = Arrays.copyOf(bytes, cut ? end : bytes.length);
    System.arraycopy(put, 0, changed, at, Math.max(0, Math.min(put.length, changed.length - at)));
    Files.write(place(file), changed);
    requireModelOrSentence();
  }

  @Provide
  Arbitrary<String> files() {
    return Arbitraries.of("index", "unet", "scheduler", "weights");
  }

  @Provide
  Arbitrary<Double> places() {
    return Arbitraries.doubles().between(0, 1);
  }

  /** Files that were refused or read in a way worth keeping, each named for the one it replaces. */
  @Example
  void whatWasFoundStaysAsItIs() throws IOException, URISyntaxException {
    URL corpus = Objects.requireNonNull(HostileFilesTest.class.getResource("corpus"));
    int tried = 0;
    try (Stream<Path> files = Files.list(Path.of(corpus.toURI()))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        restore();
        String name = file.getFileName().toString();
        Files.write(place(name.substring(0, name.indexOf('-'))), Files.readAllBytes(file));
        requireModelOrSentence();
        tried++;
      }
    }
    assertTrue(tried >= 90, "files of the corpus: " + tried);
  }

  private static void restore() throws IOException {
    for (Map.Entry<String, byte[]> file : whole.entrySet()) {
      Files.write(place(file.getKey()), file.getValue());
    }
  }

  /** Opens it and, where the network stays small, loads its weights. */
  private static void requireModelOrSentence() throws IOException {
    try (Scope scope = Scope.open()) {
      Imported model = Imported.open(folder, Optional.empty());
      String unet = Files.readString(place("unet"), StandardCharsets.ISO_8859_1);
      if (!unet.matches("(?s).*\\d{3}.*")) {
        model.model(Backends.reference());
      }
    } catch (IOException refused) {
      String sentence = String.valueOf(refused.getMessage());
      assertTrue(sentence.contains("expected"), sentence);
      assertFalse(sentence.contains("Exception"), sentence);
      assertEquals(1, sentence.lines().count(), sentence);
      assertTrue(sentence.startsWith(folder.toString()), sentence);
    }
  }
}
