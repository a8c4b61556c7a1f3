package brume.diffusion.exchange;

import brume.diffusion.fuzz.Damage;
import brume.diffusion.fuzz.Fuzzing;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged files of models, of every kind that a folder of diffusers holds. */
class HostileModelsTest {

  private static final String NAME = "diffusion_pytorch_model";

  @TempDir
  private Path folder;

  private Path weights;

  @BeforeEach
  void save() throws IOException {
    weights = new SavedPipeline(folder).weights();
  }

  @ParameterizedTest
  @CsvSource({
    "model-index, model_index.json",
    "unet-config, unet/config.json",
    "scheduler-config, scheduler/scheduler_config.json",
    "model-weights, unet/diffusion_pytorch_model.safetensors"
  })
  void filesOfAModel(String format, String name) throws IOException {
    Path file = folder.resolve(name);
    run(format, file, Files.readAllBytes(file), this::model);
  }

  @Test
  void indexOfShards() throws IOException {
    String shard = NAME + "-00001-of-00001.safetensors";
    Files.move(weights, weights.resolveSibling(shard));
    Path file = weights.resolveSibling(NAME + ".safetensors.index.json");
    String index = "{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\"conv_in.bias\": \""
        + shard + "\", \"conv_in.weight\": \"" + shard + "\"}}";
    run(
        "shards",
        file,
        index.getBytes(StandardCharsets.UTF_8),
        () -> StoredWeights.in(weights.getParent(), NAME));
  }

  /** A pickle is never run, whatever it is called; only its refusal has lines of Python in it. */
  @Test
  void pickles() throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] pickle =
        "\u0080\u0002}q\0X\u0006\0\0\0weightq\u0001K\u0001s.".getBytes(StandardCharsets.ISO_8859_1);
    run("pickle", file, pickle, () -> {
      try {
        Imported.open(file, Optional.empty());
      } catch (IOException refusal) {
        if (!String.valueOf(refusal.getMessage()).contains("two lines of Python")) {
          throw refusal;
        }
      }
    });
  }

  /** Opens it and, where the network stays small, loads its weights. */
  private void model() throws IOException {
    try (Scope scope = Scope.open()) {
      Imported model = Imported.open(folder, Optional.empty());
      String unet =
          Files.readString(folder.resolve("unet/config.json"), StandardCharsets.ISO_8859_1);
      if (unet.contains("[4, 8]") && !unet.matches("(?s).*\\d{3}.*")) {
        model.model(Backends.reference());
      }
    }
  }

  private void run(String format, Path file, byte[] whole, Fuzzing.Reading reading)
      throws IOException {
    Function<Damage, byte[]> damaged = damage -> damage.of(whole, List.of(whole));
    Fuzzing.run(
        HostileModelsTest.class,
        format,
        file,
        damaged,
        List.of(reading),
        List.of(folder.toString()));
  }
}
