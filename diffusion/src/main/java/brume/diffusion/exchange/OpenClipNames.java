package brume.diffusion.exchange;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a text tower in OpenCLIP, as files of all parts of Stable Diffusion 2 have it, and what transformers calls the
 * same. What layers of attention ask, are asked for and say is one tensor there, and three here.
 */
final class OpenClipNames {

  /** What stands before the names in files of all parts. */
  static final String BEGINNING = "cond_stage_model.model.";

  private static final String MODEL = "text_model.";
  private static final Pattern LAYER =
      Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.(.+?)[._](weight|bias)");
  private static final Map<String, String> OUTSIDE = Map.of(
      "token_embedding.weight", "embeddings.token_embedding.weight",
      "positional_embedding", "embeddings.position_embedding.weight",
      "ln_final.weight", "final_layer_norm.weight",
      "ln_final.bias", "final_layer_norm.bias");
  private static final Map<String, List<String>> INSIDE = Map.of(
      "ln_1", List.of("layer_norm1"),
      "ln_2", List.of("layer_norm2"),
      "mlp.c_fc", List.of("mlp.fc1"),
      "mlp.c_proj", List.of("mlp.fc2"),
      "attn.out_proj", List.of("self_attn.out_proj"),
      "attn.in_proj", List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"));

  private OpenClipNames() {}

  /** What a tensor, or its equal parts, are called by transformers; nothing for one that is not of the tower. */
  static List<String> of(String name) {
    if (!name.startsWith(BEGINNING)) {
      return List.of();
    }
    String own = name.substring(BEGINNING.length());
    Matcher layer = LAYER.matcher(own);
    if (layer.matches()) {
      String before = MODEL + "encoder.layers." + layer.group(1) + ".";
      return INSIDE.getOrDefault(layer.group(2), List.of()).stream()
          .map(part -> before + part + "." + layer.group(3))
          .toList();
    }
    return OUTSIDE.containsKey(own) ? List.of(MODEL + OUTSIDE.get(own)) : List.of();
  }
}
