package brume.diffusion.exchange;

import brume.diffusion.settings.SettingsFile;
import brume.nn.Adapters;
import brume.tensor.Text;
import brume.tensor.io.SafeTensors;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a low-rank change is multiplied by where no tensor tells: the settings of peft, which diffusers
 * writes into the file and peft beside it, or else alpha is the rank.
 */
final class LoraStrength {

  static final String METADATA = "lora_adapter_metadata";
  static final String ALPHA = "lora_alpha";

  private static final String ALPHAS = "alpha_pattern", BY_ROOT = "use_rslora";
  private static final String DORA = "use_dora", BESIDE = "adapter_config.json";
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode tree;
  private final boolean byPart; // names have the part before them
  private final String source;

  private LoraStrength(JsonNode tree, boolean byPart, String source) {
    this.tree = tree;
    this.byPart = byPart;
    this.source = source;
  }

  /** The settings in a file, or beside it. */
  static LoraStrength of(Path file, SafeTensors tensors) throws IOException {
    String written = tensors.metadata().get(METADATA);
    Path beside = file.resolveSibling(BESIDE);
    if (written != null) {
      try {
        return new LoraStrength(JSON.readTree(written), true, file + ": " + METADATA);
      } catch (JsonProcessingException damaged) {
        throw new IOException(
            file + ": expected JSON in " + METADATA + ", got " + damaged.getOriginalMessage(),
            damaged);
      }
    }
    boolean ofPeft = String.valueOf(file.getFileName()).startsWith("adapter_model");
    return ofPeft && Files.isRegularFile(beside)
        ? new LoraStrength(SettingsFile.read(beside), false, beside.toString())
        : new LoraStrength(JsonNodeFactory.instance.objectNode(), true, file.toString());
  }

  /** By what the product of a layer is multiplied. */
  double of(LoraKey.Part part, String layer, int rank) throws IOException {
    if (setting(part, DORA).asBoolean()) {
      throw new IOException(
          source + ": expected plain low-rank changes, got use_dora, which Brume does not know");
    }
    JsonNode alpha = setting(part, ALPHA);
    for (Map.Entry<String, JsonNode> pattern : setting(part, ALPHAS).properties()) {
      if (layer.endsWith(LoraKey.underscored(pattern.getKey()))) {
        alpha = pattern.getValue();
      }
    }
    if (alpha.isMissingNode() || alpha.isNull()) {
      return 1;
    }
    if (!alpha.isNumber() || !Double.isFinite(alpha.doubleValue())) {
      throw new IOException(
          Text.of("%s: expected a number as %s, got %s", source, ALPHA, alpha.toString()));
    }
    boolean byRoot = setting(part, BY_ROOT).asBoolean();
    return alpha.doubleValue() / (byRoot ? Math.sqrt(rank) : rank);
  }

  private JsonNode setting(LoraKey.Part part, String name) {
    return tree.path(byPart ? part.folder() + "." + name : name);
  }

  /** The settings of adapters as peft reads them. */
  static String of(Map<LoraKey.Part, Adapters.Rule> rules) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    rules.forEach((part, rule) -> {
      tree.put(part.folder() + "." + ALPHA, rule.alpha());
      tree.put(part.folder() + ".r", rule.rank());
      ArrayNode layers = tree.putArray(part.folder() + ".target_modules");
      rule.layers().forEach(layers::add);
    });
    return tree.toString();
  }
}
