package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.autograd.Variable;
import brume.diffusion.settings.SettingsFile;
import brume.nn.autoencoder.AutoencoderConfig;
import brume.nn.autoencoder.AutoencoderKL;
import brume.nn.autoencoder.CoderConfig;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.Shape;
import brume.tensor.Tensor;
import brume.tensor.io.SafeTensors;
import brume.tensor.io.SafeTensorsWriter;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoencoderFileTest {

  private static final Device ON = Backends.reference();
  private static final AutoencoderConfig CONFIG = new AutoencoderConfig(
      new CoderConfig(1, 1, List.of(4, 8), 1, 3, 2, true), true, false, 0.5, 0.25);

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();

  @BeforeEach
  void write() throws IOException {
    AutoencoderFile.write(new AutoencoderKL(ON, RandomKey.of(7), CONFIG), 16, folder);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    AutoencoderKL again = AutoencoderFile.open(folder, ON);
    assertEquals(CONFIG, again.config());
    assertArrayEquals(means(new AutoencoderKL(ON, RandomKey.of(7), CONFIG)), means(again), 1e-12);
  }

  @Test
  void oldNamesOfAttentionAreKnown() throws IOException {
    Path file = folder.resolve("diffusion_pytorch_model.safetensors");
    double[] before = means(AutoencoderFile.open(folder, ON));
    SafeTensors tensors = SafeTensors.read(file);
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (String name : tensors.names()) {
      String old = name.replace("to_q", "query")
          .replace("to_k", "key")
          .replace("to_v", "value")
          .replace("to_out.0", "proj_attn");
      writer.add(old, tensors.shape(name), tensors.doubles(name));
    }
    writer.write(folder.resolve("old.safetensors"));
    Files.move(folder.resolve("old.safetensors"), file, StandardCopyOption.REPLACE_EXISTING);
    assertArrayEquals(before, means(AutoencoderFile.open(folder, ON)), 1e-12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latents_mean | [0.5] | expected latents_mean to be null, got [0.5]",
        "act_fn | \"gelu\" | expected act_fn to be one of silu, swish, got \"gelu\"",
        "down_block_types | [\"AttnDownEncoderBlock2D\"] | expected down_block_types to be 2 times"
            + " DownEncoderBlock2D, got [\"AttnDownEncoderBlock2D\"]",
        "norm_what | 3 | expected options known to Brume, got norm_what = 3",
      })
  void refusesWhatIsNotThere(String option, String value, String complaint) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode tree = (ObjectNode) SettingsFile.read(file);
    tree.set(option, new JsonMapper().readTree(value));
    SettingsFile.write(file, tree);
    assertEquals(
        file + ": " + complaint,
        assertThrows(IOException.class, () -> AutoencoderFile.open(folder, ON)).getMessage());
  }

  private static double[] means(AutoencoderKL network) {
    double[] x = new double[8 * 8];
    RandomKey.of(1).fillNormal(0, x, 0, x.length);
    Tensor picture = Tensor.of(ON, Shape.of(1, 8, 8, 1), x);
    return network.encode(Variable.constant(picture)).mean().value().toDoubles();
  }
}
