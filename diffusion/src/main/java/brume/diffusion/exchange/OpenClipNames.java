package brume.diffusion.exchange;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of a text tower in OpenCLIP, as files of all parts of Stable Diffusion 2 and XL have it, and what transformers
 * calls the same. What layers of attention ask, are asked for and say is one tensor there, and three here; the matrix of
 * the projection is multiplied from the other side.
 */
final class OpenClipNames {

  // What stands before the names in files of all parts: of version 2, and of the second tower of
  // XL.
  private static final String ONLY = "cond_stage_model.model.";
  private static final String SECOND = "conditioner.embedders.1.model.";

  private static final String MODEL = "text_model.";
  private static final Pattern LAYER =
      Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.(.+?)[._](weight|bias)");
  private static final String PROJECTION = "text_projection.weight";
  private static final Map<String, String> OUTSIDE = Map.of(
      "token_embedding.weight", MODEL + "embeddings.token_embedding.weight",
      "positional_embedding", MODEL + "embeddings.position_embedding.weight",
      "ln_final.weight", MODEL + "final_layer_norm.weight",
      "ln_final.bias", MODEL + "final_layer_norm.bias",
      "text_projection", PROJECTION);
  private static final Map<String, List<String>> INSIDE = Map.of(
      "ln_1", List.of("layer_norm1"),
      "ln_2", List.of("layer_norm2"),
      "mlp.c_fc", List.of("mlp.fc1"),
      "mlp.c_proj", List.of("mlp.fc2"),
      "attn.out_proj", List.of("self_attn.out_proj"),
      "attn.in_proj", List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"));

  private OpenClipNames() {}

  /**
   * The weights of a tower under the names of transformers.
   *
   * @param all of all parts, under the names of their first programs
   * @param part the folder that diffusers has of the tower
   * @return the same where the tower has other names
   */
  static StoredWeights of(StoredWeights all, String part) {
    String beginning = part.equals(StableDiffusionKind.TEXT) ? ONLY : SECOND;
    return all.hasBeginning(beginning)
        ? all.renamed(name ->
                name.startsWith(beginning) ? names(name.substring(beginning.length())) : List.of())
            .transposed(PROJECTION)
        : all;
  }

  /** What a tensor, or its equal parts, are called by transformers; nothing for what a tower does not need. */
  private static List<String> names(String own) {
    Matcher layer = LAYER.matcher(own);
    if (layer.matches()) {
      String before = MODEL + "encoder.layers." + layer.group(1) + ".";
      return INSIDE.getOrDefault(layer.group(2), List.of()).stream()
          .map(part -> before + part + "." + layer.group(3))
          .toList();
    }
    return OUTSIDE.containsKey(own) ? List.of(OUTSIDE.get(own)) : List.of();
  }
}
