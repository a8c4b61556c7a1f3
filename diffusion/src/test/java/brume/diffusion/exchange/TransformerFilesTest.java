package brume.diffusion.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import brume.diffusion.settings.SettingsFile;
import brume.nn.joint.JointConfig;
import brume.nn.joint.JointTransformer;
import brume.nn.layer.Activation;
import brume.nn.prior.PriorConfig;
import brume.nn.prior.PriorTransformer;
import brume.nn.prior.TextProjection;
import brume.nn.prior.TextProjectionConfig;
import brume.tensor.Device;
import brume.tensor.Scope;
import brume.tensor.kernel.Backends;
import brume.tensor.random.RandomKey;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerFilesTest {

  private static final Device ON = Backends.reference();

  @TempDir
  private Path folder;

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void priorsAreReadAsTheyWereWritten(boolean normalizes) throws IOException {
    PriorConfig config = new PriorConfig(3, 2, 1, 2, 2, Activation.GELU, normalizes, !normalizes);
    PriorFile.write(new PriorTransformer(ON, RandomKey.of(1), config), folder);
    assertEquals(config, PriorFile.open(folder, ON).config());
  }

  @Test
  void projectionsAreReadAsTheyWereWritten() throws IOException {
    TextProjectionConfig config = new TextProjectionConfig(3, 2, 5, 4);
    PriorFile.write(new TextProjection(ON, RandomKey.of(1), config), folder);
    assertEquals(config, PriorFile.openProjection(folder, ON).config());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jointTransformersAreReadAsTheyWereWritten(boolean normalizes) throws IOException {
    JointConfig config = new JointConfig(2, 3, 2, 2, 2, 4, 5, 6, 3, 4, normalizes);
    JointFile.write(new JointTransformer(ON, RandomKey.of(1), config), folder);
    assertEquals(config, JointFile.open(folder, ON).config());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time_embed_dim | 7 | expected time_embed_dim to be 4, got 7",
        "added_emb_type | \"none\" | expected added_emb_type to be one of prd, got \"none\"",
        "dropout | 0.5 | expected dropout to be 0, got 0.5",
      })
  void refusesOtherPriors(String option, String value, String complaint) throws IOException {
    PriorConfig config = new PriorConfig(3, 2, 1, 2, 2, Activation.GELU, false, false);
    PriorFile.write(new PriorTransformer(ON, RandomKey.of(1), config), folder);
    Path file = changed(option, value);
    assertEquals(
        file + ": " + complaint,
        assertThrows(IOException.class, () -> PriorFile.open(folder, ON)).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dual_attention_layers | [0] | expected dual_attention_layers to be empty, got [0]",
        "qk_norm | \"layer_norm\" | expected qk_norm to be one of rms_norm, got \"layer_norm\"",
        "caption_projection_dim | 9 | expected caption_projection_dim to be 8, the channels of all heads,"
            + " got 9",
      })
  void refusesOtherJointTransformers(String option, String value, String complaint)
      throws IOException {
    JointConfig config = new JointConfig(2, 3, 2, 1, 2, 4, 5, 6, 3, 4, false);
    JointFile.write(new JointTransformer(ON, RandomKey.of(1), config), folder);
    Path file = changed(option, value);
    assertEquals(
        file + ": " + complaint,
        assertThrows(IOException.class, () -> JointFile.open(folder, ON)).getMessage());
  }

  private Path changed(String option, String value) throws IOException {
    Path file = folder.resolve("config.json");
    ObjectNode tree = (ObjectNode) SettingsFile.read(file);
    tree.set(option, new JsonMapper().readTree(value));
    SettingsFile.write(file, tree);
    return file;
  }
}
